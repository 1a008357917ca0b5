import TenorClassifying
import TenorMeasuring

/// A model as it was loaded at one time.
final class ServedModel: Sendable {
    let name: String
    /// The place of the name among those of the server.
    let index: Int
    let classifier: TextClassifier

    init(name: String, index: Int, classifier: TextClassifier) { (self.name, self.index, self.classifier) = (name, index, classifier) }

    var labels: [String] { classifier.model.labels }
}
