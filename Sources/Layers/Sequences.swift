/// Sequences concatenated without padding: sequence i is the tokens `starts[i]` ..< `starts[i + 1]`.
package struct Sequences: Sendable {
    package let ids: [Int32]
    package let starts: [Int]
    /// The positions of the first token and the first sequence in the batch. They enter the dropout key, so that dropout does not depend on
    /// the micro-batches.
    package let firstToken: Int
    package let firstSequence: Int
    /// The id of the token that pads, which some families do not count in positions; -1 if there is none.
    package let padding: Int32
    /// For each sequence, the place in it of the first token of type 1, or its length if all have type 0. Empty if no sequence has one.
    private let seconds: [Int]

    package init(
        ids: [Int32], starts: [Int], seconds: [Int] = [], firstToken: Int = 0, firstSequence: Int = 0, padding: Int32 = -1
    ) {
        precondition(starts.first == 0 && starts.last == ids.count && (seconds.isEmpty || seconds.count == starts.count - 1))
        self.ids = ids
        self.starts = starts
        self.seconds = seconds
        self.firstToken = firstToken
        self.firstSequence = firstSequence
        self.padding = padding
    }

    package init(_ rows: some Sequence<[Int32]>, firstToken: Int = 0, firstSequence: Int = 0, padding: Int32 = -1) {
        var ids: [Int32] = []
        var starts = [0]
        for row in rows {
            ids += row
            starts.append(ids.count)
        }
        self.init(ids: ids, starts: starts, firstToken: firstToken, firstSequence: firstSequence, padding: padding)
    }

    package var count: Int { starts.count - 1 }
    package var tokenCount: Int { ids.count }

    /// The place in a sequence of its first token of type 1; its length if all have type 0.
    package func second(_ index: Int) -> Int { seconds.isEmpty ? range(index).count : seconds[index] }

    /// The token types, 0 or 1, of all tokens.
    package var types: [Int32] {
        if seconds.isEmpty { return Array(repeating: 0, count: tokenCount) }
        return (0..<count).flatMap { index in (0..<range(index).count).map { $0 < seconds[index] ? 0 : 1 } }
    }

    package func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The first token of each sequence, as a sequence of length 1.
    package var firstTokens: Sequences {
        Sequences(
            ids: (0..<count).map { ids[starts[$0]] }, starts: Array(0...count), firstToken: firstSequence, firstSequence: firstSequence,
            padding: padding)
    }

    package var longest: Int { (0..<count).reduce(0) { max($0, range($1).count) } }
}
