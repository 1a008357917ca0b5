import TenorMeasuring
import TenorModeling
import TenorReading

/// Integrated gradients (Sundararajan et al. 2017, section 3) of an output with respect to the states below the first block, summed over
/// their columns: the score of token t is Σ over c of (x - x′)[t, c] · ∫₀¹ ∂output/∂x[t, c] at x′ + α (x - x′) dα.
///
/// x′, the baseline, is the same text with a token without a meaning in place of each that stands for a part of the text; special tokens stay.
///
/// The integral is computed by the trapezoidal rule with 12, 24, 48 and more intervals, each using the points of the last, until the scores
/// add up to output(x) - output(x′). On texts of a tuned classifier the output changes in the middle of the path and hardly at its ends. There
/// the trapezoidal rule needs half as many points as Gauss's or Clenshaw and Curtis's, which put most of them near the ends.
package struct IntegratedGradients: Sendable {
    private let model: Model
    /// The token without a meaning.
    private let baseline: Int32
    private let tolerance: Double
    private let mostIntervals: Int

    private static let fewestIntervals = 12

    /// - Parameters:
    ///   - baseline: the token without a meaning.
    ///   - tolerance: the relative error of the scores' sum at which the integration ends.
    ///   - mostIntervals: with as many it ends in any case.
    package init(_ model: Model, baseline: Int32, tolerance: Double = 0.01, mostIntervals: Int = 384) {
        (self.model, self.baseline, self.tolerance, self.mostIntervals) = (model, baseline, tolerance, mostIntervals)
    }

    /// The path from the baseline of a text to the text.
    ///
    /// - Parameter isText: for each token whether it stands for a part of the text.
    package func path(to row: TokenRow, isText: [Bool]) -> StatePath { model.path(to: row, replacing: isText, by: baseline) }

    /// The scores of the tokens of a path's end for one output.
    package func scores(of output: Int, along path: StatePath, threads: Int) -> ([Double], Completeness) {
        func points(_ numbers: some Sequence<Int>, of intervals: Int) -> [PathPoint] {
            model.points(of: output, along: path, at: numbers.map { Double($0) / Double(intervals) }, threads: threads)
        }
        var intervals = Self.fewestIntervals
        var known = points(0...intervals, of: intervals)
        while true {
            // The ends count half.
            let scores = known[0].slopes.indices.map { token in
                let inner = known.dropFirst().dropLast().reduce(0) { $0 + $1.slopes[token] }
                return (inner + (known[0].slopes[token] + known.last!.slopes[token]) / 2) / Double(intervals)
            }
            let completeness = Completeness(
                logit: Double(known.last!.output), baseline: Double(known[0].output), sum: scores.reduce(0, +), points: known.count,
                tolerance: tolerance)
            if completeness.isReached || 2 * intervals > mostIntervals { return (scores, completeness) }
            intervals *= 2
            let between = points(stride(from: 1, to: intervals, by: 2), of: intervals)
            known = [known[0]] + zip(between, known.dropFirst()).flatMap { [$0, $1] }
        }
    }
}
