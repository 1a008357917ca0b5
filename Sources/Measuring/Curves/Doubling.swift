/// What twice the rows of the largest size would bring to the pre-trained base, as far as the sizes that were measured tell.
///
/// A ``PowerLaw`` is fitted to each draw's errors at the last three sizes, or at both if there are two. The gain is the mean of the draws'
/// gains, from the law's error at the largest size to that at twice the size.
package struct Doubling: Sendable, Equatable {
    /// Twice the rows per label of the largest size.
    package let size: Int
    /// The smallest size that the laws were fitted to.
    package let fittedFrom: Int
    /// The rise in accuracy; negative if the error rose with the rows.
    package let gain: Double
    /// The smallest and the largest gain of a draw.
    package let range: ClosedRange<Double>
    /// The mean accuracy at the largest size and the gain together, at most 1.
    package let accuracy: Double

    private static let mostSizes = 3
    /// A smaller gain is none that can be shown with one decimal.
    static let leastGain = 0.0005

    /// Nil for a single size.
    package init?(_ curve: LearningCurve) {
        let sizes = Array(curve.sizes.suffix(Self.mostSizes))
        guard sizes.count > 1 else { return nil }
        let last = sizes.last!
        // A logarithm needs an error; none in n rows is taken for half a row.
        let least = 0.5 / Double(max(curve.testRows, 1))
        let gains = (0..<curve.draws).map { draw in
            let law = PowerLaw(
                sizes.map { (Double($0), max(1 - curve.accuracies(.pretrained, size: $0)[draw], least)) })
            return law.error(Double(last)) - law.error(Double(2 * last))
        }
        (size, fittedFrom) = (2 * last, sizes[0])
        gain = LearningCurve.mean(gains)
        range = gains.min()!...gains.max()!
        accuracy = min(curve.mean(.pretrained, size: last) + gain, 1)
    }
}
