import ArgumentParser

/// The argument of `--sizes`: different numbers above 0, in rising order.
struct CurveSizes: ExpressibleByArgument {
    let values: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
        values = Set(parts.compactMap { $0 }).sorted()
    }
}
