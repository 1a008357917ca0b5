import TenorFiles

/// Everything that an evaluation found, to be shown as text, JSON or a page.
package struct EvaluationReport: Sendable {
    /// The names of the model and of the rows' file.
    package let model: String
    package let corpus: String
    /// The number of tokens that texts were truncated to.
    package let maxLength: Int
    package let evaluation: Evaluation
    package let slices: [Slices]
    package let errors: WorstErrors
    /// The threshold for a wanted accuracy; nil if none is wanted.
    package let target: AccuracyTarget?
    /// A second model on the same rows; nil if there is none.
    package let other: Other?

    package struct Other: Sendable {
        package let model: String
        package let metrics: Metrics
        package let comparison: Comparison

        package init(model: String, metrics: Metrics, comparison: Comparison) {
            (self.model, self.metrics, self.comparison) = (model, metrics, comparison)
        }
    }

    package init(
        model: String, corpus: String, maxLength: Int, evaluation: Evaluation, slices: [Slices], errors: WorstErrors,
        target: AccuracyTarget? = nil, other: Other? = nil
    ) {
        (self.model, self.corpus, self.maxLength) = (model, corpus, maxLength)
        (self.evaluation, self.slices, self.errors, self.target, self.other) = (evaluation, slices, errors, target, other)
    }

    package var labels: [String] { evaluation.metrics.labels }
    var metrics: Metrics { evaluation.metrics }
    var confusion: Confusion { evaluation.metrics.confusion }

    var lackOfAUROC: String {
        evaluation.curves == nil ? "not computed: too many rows and labels" : "not defined: a label has no rows"
    }

    /// What ``target`` means, in a sentence.
    var targetSentence: String? {
        guard let target else { return nil }
        func percent(_ share: Double) -> String { "\(fixed(100 * share, 1)) %" }
        let wanted = "An accuracy of \(percent(target.accuracy))"
        guard let found = target.threshold else { return "\(wanted) is not reached on these rows by any threshold." }
        let (low, high) = (fixed(100 * found.interval.lowerBound, 1), percent(found.interval.upperBound))
        return "\(wanted) takes a threshold of \(fixed(found.probability, 6)): it answers \(percent(target.coverage)) of the rows, "
            + "\(percent(found.accuracy)) of them right (95 % interval \(low) to \(high))."
    }

    var conclusion: String? { other.map { $0.comparison.conclusion(first: model, second: $0.model) } }
}
