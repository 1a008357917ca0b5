/// The results on parts of the rows.
package struct Slices: Sendable, Equatable {
    /// A part of the rows.
    package struct Part: Sendable, Equatable {
        package let name: String
        package let rows: Int
        package let correct: Int

        package var accuracy: Double { rows == 0 ? 0 : Double(correct) / Double(rows) }
        /// See ``wilsonInterval(_:of:)``.
        package var interval: ClosedRange<Double> { wilsonInterval(correct, of: rows) }
    }

    /// What the rows are divided by.
    package let title: String
    package let parts: [Part]
}

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
