import Layers

/// Texts with known labels on their way through a classifier, and the figures that come of it.
package struct Evaluation: Sendable {
    private let classifier: TextClassifier
    private var tally: MetricsTally

    package init(_ classifier: TextClassifier) {
        self.classifier = classifier
        tally = MetricsTally(labels: classifier.model.labels)
    }

    /// Returns the texts' logits.
    @discardableResult
    package mutating func add(_ texts: [String], labels: [Int]) -> Matrix {
        let (logits, truncated) = classifier.logits(texts)
        for (row, label) in labels.enumerated() {
            tally.add(truth: label, probabilities: probabilities(logits.row(row)), isTruncated: truncated[row] > 0)
        }
        return logits
    }

    package var metrics: Metrics { tally.metrics }
}

/// softmax(logits) of one row.
package func probabilities(_ logits: some Collection<Float>) -> [Double] { CrossEntropy.probabilities(logits) }
