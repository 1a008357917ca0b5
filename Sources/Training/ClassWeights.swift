import TenorModeling
import TenorReading

/// How much the rows of each label count in training.
package enum ClassWeights: Sendable, Equatable {
    /// All the same or, in automatic tuning for a metric of all labels alike, what is better: the same or balanced.
    case automatic
    /// All the same.
    case none
    /// So that all labels count the same; see ``Targets/balancedWeights(labels:)``.
    case balanced
    /// By label; 1 for labels that are not named.
    case named([String: Double])
    /// One for each of the model's labels.
    case each([Double])

    /// The weights of rows with these targets; nil if all are the same.
    func weights(for targets: Targets, labels count: Int) -> [Double]? {
        switch self {
        case .automatic, .none, .named: nil
        case .balanced: targets.balancedWeights(labels: count)
        case .each(let weights): weights
        }
    }

    /// Named weights in the order of the model's labels.
    /// - Throws: ``OptionError`` if a label is not one of them.
    func resolved(_ labels: [String]) throws(OptionError) -> ClassWeights {
        guard case .named(let named) = self else { return self }
        if let unknown = named.keys.sorted().first(where: { !labels.contains($0) }) {
            throw OptionError("classWeights", needed: "for labels of the corpus, and \(quoted(unknown)) is not one of \(quoted(labels))")
        }
        return .each(labels.map { named[$0] ?? 1 })
    }
}
