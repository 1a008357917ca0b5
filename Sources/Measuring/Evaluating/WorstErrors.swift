/// The most confident wrong answers: at most 10,000, and texts of at most 64 MB in all. The others are only counted.
package struct WorstErrors: Sendable {
    private let most: Int
    private let mostBytes: Int
    private var kept: [WrongAnswer] = []
    private var bytes = 0
    /// All wrong answers, kept or not.
    package private(set) var count = 0

    package init(most: Int = 10_000, mostBytes: Int = 64 << 20) { (self.most, self.mostBytes) = (most, mostBytes) }

    package mutating func add(_ error: WrongAnswer) {
        count += 1
        kept.append(error)
        bytes += error.text.utf8.count
        // Sorting is rare: it halves what is kept.
        if kept.count > 2 * most || bytes > 2 * mostBytes {
            kept = sorted
            bytes = kept.reduce(0) { $0 + $1.text.utf8.count }
        }
    }

    /// The kept ones, the most confident first, in the order of the rows where they are equal.
    package var sorted: [WrongAnswer] {
        let order = kept.sorted { ($0.probability, $1.record) > ($1.probability, $0.record) }
        var room = mostBytes
        return Array(
            order.prefix(most).prefix { error in
                room -= error.text.utf8.count
                return room >= 0
            })
    }
}
