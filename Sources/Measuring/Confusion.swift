/// The confusion matrix, and the metrics that follow from it alone.
package struct Confusion: Sendable, Equatable {
    /// Rows are true classes, columns are predicted ones.
    package private(set) var counts: [[Int]]

    package init(classCount: Int) {
        counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    }

    init(counts: [[Int]]) { self.counts = counts }

    package mutating func add(truth: Int, predicted: Int) { counts[truth][predicted] += 1 }

    package var rows: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    package var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

    package var accuracy: Double { ratio(correct, rows) }

    /// The 95 % Wilson score interval of the accuracy. Unlike the normal approximation, it stays within 0 and 1 and is valid for few rows.
    package var accuracyInterval: ClosedRange<Double> {
        guard rows > 0 else { return 0...1 }
        let z = 1.959963984540054
        let n = Double(rows)
        let p = accuracy
        let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - half)...min(1, middle + half)
    }

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
        counts.indices.map { index in
            let hits = counts[index][index]
            let support = counts[index].reduce(0, +)
            let predicted = counts.reduce(0) { $0 + $1[index] }
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
