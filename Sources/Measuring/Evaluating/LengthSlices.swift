/// Counts the rows and the correct answers for each length of text.
package struct LengthSlices: Sendable {
    private var counts: [Int: (rows: Int, correct: Int)] = [:]

    package init() {}

    /// - Parameter length: in characters.
    package mutating func add(_ length: Int, isCorrect: Bool) {
        let count = counts[length] ?? (0, 0)
        counts[length] = (count.rows + 1, count.correct + (isCorrect ? 1 : 0))
    }

    /// The rows in four parts of about the same size, from the shortest texts to the longest. Texts of one length are in one part, so there
    /// may be fewer parts.
    package var slices: Slices {
        let total = counts.values.reduce(0) { $0 + $1.rows }
        var parts: [Slices.Part] = []
        var (rows, correct, seen) = (0, 0, 0)
        var shortest: Int?
        for (length, count) in counts.sorted(by: { $0.key < $1.key }) {
            shortest = shortest ?? length
            (rows, correct, seen) = (rows + count.rows, correct + count.correct, seen + count.rows)
            let isFull = 4 * seen >= (4 * (seen - rows) / max(total, 1) + 1) * total
            guard isFull, let first = shortest else { continue }
            let name = first == length ? "\(length)" : "\(first) to \(length)"
            parts.append(Slices.Part(name: name, rows: rows, correct: correct))
            (rows, correct, shortest) = (0, 0, nil)
        }
        return Slices(title: "characters", parts: parts)
    }
}
