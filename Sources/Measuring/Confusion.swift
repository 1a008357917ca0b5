/// How many rows of each class were predicted as which class, and the metrics that follow from that alone. Only the pairs that occur are
/// stored, so the memory is linear in the number of classes.
package struct Confusion: Sendable, Hashable {
    /// Rows of one class that were predicted as one class.
    package struct Pair: Sendable, Hashable {
        package let truth: Int
        package let predicted: Int
        package let rows: Int
    }

    package let classCount: Int
    /// The number of rows of each pair that occurs. The key is truth · classes + prediction.
    private var cells: [Int: Int] = [:]
    private var support: [Int]
    private var predictions: [Int]
    private var hits: [Int]
    package private(set) var rows = 0
    package private(set) var correct = 0

    package init(classCount: Int) {
        self.classCount = classCount
        support = [Int](repeating: 0, count: classCount)
        predictions = support
        hits = support
    }

    package mutating func add(truth: Int, predicted: Int, rows count: Int = 1) {
        precondition((0..<classCount).contains(truth) && (0..<classCount).contains(predicted))
        cells[truth * classCount + predicted, default: 0] += count
        support[truth] += count
        predictions[predicted] += count
        rows += count
        if truth == predicted {
            hits[truth] += count
            correct += count
        }
    }

    /// The pairs that occur, in the order of the true classes, then of the predicted ones.
    package var pairs: [Pair] {
        cells.sorted { $0.key < $1.key }.map { Pair(truth: $0.key / classCount, predicted: $0.key % classCount, rows: $0.value) }
    }

    /// The whole table: rows are true classes, columns are predicted ones. Its size is the square of the number of classes.
    package var counts: [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        for pair in pairs { counts[pair.truth][pair.predicted] = pair.rows }
        return counts
    }

    package var accuracy: Double { ratio(correct, rows) }

    /// See ``wilsonInterval(_:of:)``.
    package var accuracyInterval: ClosedRange<Double> { wilsonInterval(correct, of: rows) }

    package struct ClassScores: Sendable, Equatable {
        package var precision: Double
        package var recall: Double
        /// The harmonic mean of precision and recall.
        package var f1: Double
        /// The number of rows of the class.
        package var support: Int
        /// The number of rows that were predicted as the class.
        package var predicted: Int
    }

    /// The scores of each class; 0 where a score would divide by 0, as in scikit-learn.
    package var classScores: [ClassScores] {
        (0..<classCount).map { index in
            let (hits, support, predicted) = (hits[index], support[index], predictions[index])
            return ClassScores(
                precision: ratio(hits, predicted), recall: ratio(hits, support), f1: ratio(2 * hits, support + predicted), support: support,
                predicted: predicted)
        }
    }

    /// The mean F1 of the classes that occur, as truth or as prediction.
    package var macroF1: Double {
        let occurring = classScores.filter { $0.support + $0.predicted > 0 }
        return occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
    }

    /// The mean F1 of the classes, weighted by support.
    package var weightedF1: Double {
        rows == 0 ? 0 : classScores.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(rows)
    }

    /// The Matthews correlation coefficient in Gorodkin's form for more than two classes; 0 if only one class is true or only one is
    /// predicted.
    package var matthewsCorrelation: Double {
        let scores = classScores
        let n = Double(rows)
        let both = scores.reduce(0) { $0 + Double($1.support) * Double($1.predicted) }
        let truths = scores.reduce(0) { $0 + Double($1.support) * Double($1.support) }
        let predictions = scores.reduce(0) { $0 + Double($1.predicted) * Double($1.predicted) }
        let spread = (n * n - truths) * (n * n - predictions)
        return spread == 0 ? 0 : (Double(correct) * n - both) / spread.squareRoot()
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
