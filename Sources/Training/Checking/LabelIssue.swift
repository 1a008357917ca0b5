/// A row whose label is probably wrong.
package struct LabelIssue: Sendable, Equatable {
    /// The row's place among those that were checked.
    package let row: Int
    package let given: Int
    /// The label with the highest probability.
    package let likely: Int
    package let givenProbability: Double
    package let likelyProbability: Double
}
