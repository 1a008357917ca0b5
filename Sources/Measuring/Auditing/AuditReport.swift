/// How a classifier behaves on texts that were made to test it: what changes its answers that should not, and what does not that should.
///
/// The score of a text is the probability of one label.
package struct AuditReport: Sendable {
    /// The result of the changes of one kind.
    package struct Test: Sendable {
        package let name: String
        /// What the change should do: "same", "rise" or "fall".
        package let expectation: String
        package let count: Int
        /// The pairs that failed: for "same" those with another answer, for the others those whose score moved the wrong way, or not at all.
        package let failures: [Failure]

        package init(name: String, expectation: String, count: Int, failures: [Failure]) {
            (self.name, self.expectation, self.count, self.failures) = (name, expectation, count, failures)
        }

        package var interval: ClosedRange<Double> { wilsonInterval(failures.count, of: count) }
    }

    /// A text and a changed text, with the answers and scores of both.
    package struct Failure: Sendable {
        package let text: String
        package let changed: String
        package let answers: [String]
        package let scores: [Double]

        package init(text: String, changed: String, answers: [String], scores: [Double]) {
            (self.text, self.changed, self.answers, self.scores) = (text, changed, answers, scores)
        }
    }

    package let model: String
    /// The label whose probability is the score.
    package let label: String
    /// Empty if the label has no direction, so that no change has an expected one.
    package let tests: [Test]
    package let templates: Int
    package let attributes: [AttributeGaps]

    package init(model: String, label: String, tests: [Test], templates: Int, attributes: [AttributeGaps]) {
        (self.model, self.label, self.tests, self.templates, self.attributes) = (model, label, tests, templates, attributes)
    }
}
