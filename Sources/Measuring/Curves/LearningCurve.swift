/// How often classifiers are right, by the number of rows they were trained on: three ways to make them, on the same rows.
package struct LearningCurve: Sendable, Equatable {
    /// A way to make a classifier.
    package enum Method: String, Sendable, CaseIterable {
        /// Tuning the pre-trained base.
        case pretrained = "pre-trained base"
        /// Training the same network from random weights.
        case random = "random weights"
        /// Logistic regression on the terms of the texts.
        case terms = "TF-IDF"
    }

    /// Rows per label, in rising order.
    package let sizes: [Int]
    /// The rows of all labels together in a draw of each size.
    package let rows: [Int]
    /// The number of test rows with each label.
    package let testCounts: [Int]
    /// By size, then by draw.
    private var accuracies: [Method: [[Double]]]

    package init(sizes: [Int], rows: [Int], testCounts: [Int]) {
        precondition(!sizes.isEmpty && sizes.count == rows.count)
        (self.sizes, self.rows, self.testCounts) = (sizes, rows, testCounts)
        let none = [[Double]](repeating: [], count: sizes.count)
        accuracies = Dictionary(uniqueKeysWithValues: Method.allCases.map { ($0, none) })
    }

    /// Adds what was measured at a size in the next draw.
    package mutating func add(_ measured: [Method: Double], size: Int) {
        let place = sizes.firstIndex(of: size)!
        for (method, accuracy) in measured { accuracies[method]![place].append(accuracy) }
    }

    /// The accuracies of all draws of a size.
    package func accuracies(_ method: Method, size: Int) -> [Double] { accuracies[method]![sizes.firstIndex(of: size)!] }

    package var draws: Int { accuracies[.pretrained]![0].count }

    package var testRows: Int { testCounts.reduce(0, +) }

    /// The accuracy of always answering the label that most test rows have.
    package var baseline: Double { Double(testCounts.max() ?? 0) / Double(max(testRows, 1)) }

    /// The mean accuracy of the draws.
    package func mean(_ method: Method, size: Int) -> Double { Self.mean(accuracies(method, size: size)) }

    /// The standard deviation of the draws' accuracies, with n - 1 in the denominator; nil for a single draw.
    package func deviation(_ method: Method, size: Int) -> Double? {
        let values = accuracies(method, size: size)
        guard values.count > 1 else { return nil }
        let mean = Self.mean(values)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
}
