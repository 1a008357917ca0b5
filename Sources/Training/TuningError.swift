/// Why training cannot continue.
package enum TuningError: Error, Equatable, CustomStringConvertible {
    /// Before a step: the loss or the norm of its gradient is not finite.
    case diverged(step: Int, loss: Double, gradientNorm: Double)
    /// After the last step: the tuned weights, or answers with them, are not finite.
    case overflowed(step: Int)

    package var description: String {
        let advice = "try a lower learning rate, a longer warm-up or stronger clipping"
        switch self {
        case .diverged(let step, let loss, let norm):
            // If infinities of both signs meet, the norm is NaN.
            let size = norm.isNaN ? "nan" : "\(norm)"
            let cause = loss.isFinite ? "the loss is \(loss), but the gradient norm is \(size)" : "the loss is \(loss)"
            return "step \(step): \(cause); \(advice)"
        case .overflowed(let step):
            return "step \(step): the tuned weights or the answers are not finite; \(advice)"
        }
    }
}
