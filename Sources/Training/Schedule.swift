import TenorFiles

/// The learning rate's course over the steps: a linear warm-up, then a curve to the end.
package struct Schedule: Sendable {
    package enum Curve: String, CaseIterable, Sendable { case linear, cosine, constant }

    package let curve: Curve
    package let warmup: Int
    package let steps: Int

    /// - Parameter warmup: the share of all steps that the warm-up takes, rounded up to whole steps.
    package init(_ curve: Curve, warmup: Double, steps: Int) {
        self.curve = curve
        self.warmup = Int((warmup * Double(steps)).rounded(.up))
        self.steps = steps
    }

    /// The factor for the learning rate in a step, counted from 0, as in transformers' `optimization.py`.
    package func factor(_ step: Int) -> Double {
        if step < warmup { return Double(step) / Double(warmup) }
        let done = min(Double(step - warmup) / Double(max(steps - warmup, 1)), 1)
        switch curve {
        case .linear: return 1 - done
        case .cosine: return 0.5 * (1 + cos(.pi * done))
        case .constant: return 1
        }
    }
}
