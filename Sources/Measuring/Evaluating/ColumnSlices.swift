/// Counts the rows and the correct answers for each value of a column.
package struct ColumnSlices: Sendable {
    private let column: String
    private var counts: [String: (rows: Int, correct: Int)] = [:]
    private var others = (rows: 0, correct: 0)
    private let most: Int

    /// - Parameter most: the number of different values that are counted by themselves. Later ones are counted together.
    package init(column: String, most: Int = 1000) { (self.column, self.most) = (column, most) }

    package mutating func add(_ value: String, isCorrect: Bool) {
        let correct = isCorrect ? 1 : 0
        guard counts[value] != nil || counts.count < most else {
            others = (others.rows + 1, others.correct + correct)
            return
        }
        let count = counts[value] ?? (0, 0)
        counts[value] = (count.rows + 1, count.correct + correct)
    }

    /// The parts, those with most rows first.
    package var slices: Slices {
        let parts = counts.map { Slices.Part(name: $0.key.isEmpty ? "(empty)" : $0.key, rows: $0.value.rows, correct: $0.value.correct) }
        let sorted = parts.sorted { ($1.rows, $0.name) < ($0.rows, $1.name) }
        let rest = others.rows > 0 ? [Slices.Part(name: "(other values)", rows: others.rows, correct: others.correct)] : []
        return Slices(title: column, parts: sorted + rest)
    }
}
