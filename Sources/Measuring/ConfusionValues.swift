import TenorFiles

extension Confusion {
    /// The largest number of classes whose whole table is written and shown. With more, only the pairs that occur are.
    package static let mostTabulated = 100

    /// The table in `metrics.json`: `counts`, one list per true class, or for many classes `pairs`, each a true class, a predicted one and
    /// the number of rows.
    func values(labels: [String]) -> JSON {
        func count(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        let labels = JSON.array(labels.map { .string($0) })
        guard classCount > Self.mostTabulated else {
            return ["labels": labels, "counts": .array(counts.map { .array($0.map(count)) })]
        }
        return ["labels": labels, "pairs": .array(pairs.map { [count($0.truth), count($0.predicted), count($0.rows)] })]
    }

    /// Reads what ``values(labels:)`` gave; nil if it is for another number of classes or no run can have counted it.
    init?(_ json: JSON?, classCount: Int) {
        self.init(classCount: classCount)
        if let counts = json?["counts"]?.array {
            guard counts.count == classCount else { return nil }
            for (truth, row) in counts.enumerated() {
                guard let row = row.array, row.count == classCount else { return nil }
                for (predicted, rows) in row.enumerated() {
                    guard let rows = rows.int, rows == 0 || addRead(truth, predicted, rows) else { return nil }
                }
            }
        } else {
            guard json?["labels"]?.array?.count == classCount, let pairs = json?["pairs"]?.array else { return nil }
            for pair in pairs {
                let pair = pair.array?.compactMap(\.int) ?? []
                guard pair.count == 3, addRead(pair[0], pair[1], pair[2]) else { return nil }
            }
        }
    }

    /// Adds rows as a file has them; false if there can be no such rows.
    private mutating func addRead(_ truth: Int, _ predicted: Int, _ rows: Int) -> Bool {
        let classes = 0..<classCount
        // Sums of this many cannot overflow.
        guard classes.contains(truth), classes.contains(predicted), (1...(1 << 40)).contains(rows), self.rows < 1 << 50
        else { return false }
        add(truth: truth, predicted: predicted, rows: rows)
        return true
    }
}
