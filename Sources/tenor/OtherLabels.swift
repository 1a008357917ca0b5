import TenorFiles
import TenorReading

/// Two classifiers cannot be compared, because their labels differ.
struct OtherLabels: Error, CustomStringConvertible {
    let first: EvaluationRun.Model
    let second: EvaluationRun.Model

    /// Where the second classifier has each label of the first. Their order may differ.
    static func places(of first: EvaluationRun.Model, in second: EvaluationRun.Model) throws(OtherLabels) -> [Int] {
        let labels = second.labels.map { ByteString($0) }
        let places = first.labels.compactMap { labels.firstIndex(of: ByteString($0)) }
        guard places.count == labels.count, first.labels.count == labels.count else { throw OtherLabels(first: first, second: second) }
        return places
    }

    var description: String {
        "\(second.folder): its labels are \(quoted(second.labels)), to compare it needs those of \(first.folder), \(quoted(first.labels))"
    }
}
