import ArgumentParser

/// A model's output is not a finite number.
struct NoAnswer: Error, CustomStringConvertible {
    let folder: String
    let weight: String?

    var description: String {
        let cause =
            weight.map { "'\($0)' holds NaN or infinity, weights must be finite numbers" } ?? "its weights are too large to compute with"
        return "\(folder): gives no number for a text: \(cause)"
    }
}
