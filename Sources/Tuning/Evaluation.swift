import Layers

/// Texts with known labels on their way through a classifier, and the figures that come of it.
package struct Evaluation: Sendable {
    private let classifier: TextClassifier
    private var accumulator: MetricsAccumulator

    package init(_ classifier: TextClassifier) {
        self.classifier = classifier
        accumulator = MetricsAccumulator(labels: classifier.model.labels)
    }

    package mutating func add(_ texts: [String], labels: [Int]) {
        let (logits, truncated) = classifier.logits(texts)
        for (row, label) in labels.enumerated() {
            let probabilities = probabilities(UnsafeBufferPointer(start: logits.view.row(row), count: logits.columns))
            accumulator.add(truth: label, probabilities: probabilities, isTruncated: truncated[row] > 0)
        }
    }

    package func metrics() -> Metrics { accumulator.metrics() }
}

/// softmax(logits) of one row.
package func probabilities(_ logits: some Collection<Float>) -> [Double] { CrossEntropy.probabilities(logits) }
