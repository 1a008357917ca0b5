import Layers

/// Texts with known labels on their way through a classifier, and the figures that come of it.
package struct Evaluation: Sendable {
    private let classifier: TextClassifier
    private var tally: MetricsTally

    package init(_ classifier: TextClassifier) {
        self.classifier = classifier
        tally = MetricsTally(labels: classifier.model.labels)
    }

    package mutating func add(_ texts: [String], labels: [Int]) {
        let (logits, truncated) = classifier.logits(texts)
        for (row, label) in labels.enumerated() {
            tally.add(truth: label, probabilities: probabilities(logits.row(row)), isTruncated: truncated[row] > 0)
        }
    }

    package var metrics: Metrics { tally.metrics }
}

/// softmax(logits) of one row.
package func probabilities(_ logits: some Collection<Float>) -> [Double] { CrossEntropy.probabilities(logits) }
