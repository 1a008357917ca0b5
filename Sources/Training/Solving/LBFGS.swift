/// Minimizes a smooth convex function with limited-memory BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5) and a backtracking line
/// search.
struct LBFGS {
    /// The number of latest steps whose curvature is remembered.
    private static let memory = 10

    /// Ends when no element of the gradient is larger.
    let tolerance: Double
    let mostSteps: Int

    private struct Pair {
        let step: [Double]
        let change: [Double]
        /// 1 / (change · step).
        let rho: Double
    }

    /// Moves `x` to the minimum.
    ///
    /// - Parameter evaluate: returns the function's value at a point and writes its gradient there.
    func minimize(_ x: inout [Double], _ evaluate: (_ x: [Double], _ gradient: inout [Double]) -> Double) {
        var gradient = Array(repeating: 0.0, count: x.count)
        var value = evaluate(x, &gradient)
        var pairs: [Pair] = []
        var (next, nextGradient) = (x, gradient)
        for _ in 0..<mostSteps where (gradient.map(abs).max() ?? 0) > tolerance {
            var direction = direction(gradient, pairs)
            var slope = dot(gradient, direction)
            if slope >= 0 {
                pairs = []
                direction = gradient.map { -$0 }
                slope = -dot(gradient, gradient)
            }
            // Without curvature the gradient says nothing about the distance.
            var length = pairs.isEmpty ? min(1, 1 / (-slope).squareRoot()) : 1
            var isBetter = false
            for _ in 0..<40 {
                for index in x.indices { next[index] = x[index] + length * direction[index] }
                let found = evaluate(next, &nextGradient)
                // Near the minimum, the differences are smaller than the value's last digits.
                isBetter = found <= value + 1e-4 * length * slope + 1e-15 * abs(value)
                if isBetter {
                    value = found
                    break
                }
                length /= 2
            }
            guard isBetter else { return }
            remember(zip(next, x).map(-), zip(nextGradient, gradient).map(-), &pairs)
            swap(&x, &next)
            swap(&gradient, &nextGradient)
        }
    }

    private func remember(_ step: [Double], _ change: [Double], _ pairs: inout [Pair]) {
        let curvature = dot(step, change)
        guard curvature > 0 else { return }
        if pairs.count == Self.memory { pairs.removeFirst() }
        pairs.append(Pair(step: step, change: change, rho: 1 / curvature))
    }

    /// -H g, with the approximation H of the inverse Hessian.
    private func direction(_ gradient: [Double], _ pairs: [Pair]) -> [Double] {
        var q = gradient.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = pair.rho * dot(pair.step, q)
            shares.append(share)
            for index in q.indices { q[index] -= share * pair.change[index] }
        }
        if let last = pairs.last {
            let scale = 1 / (last.rho * dot(last.change, last.change))
            for index in q.indices { q[index] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let other = pair.rho * dot(pair.change, q)
            for index in q.indices { q[index] += (share - other) * pair.step[index] }
        }
        return q
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
}
