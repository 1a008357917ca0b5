/// 1 - cos(x, t) of each row, the distance of a student's states from its teacher's. For states of length 1 it is ½ ‖x - t‖².
package enum CosineDistance {
    /// The sum of the rows' distances, and its gradient divided by `divisor`, `dStates`. States and targets are [rows, width]; a length below
    /// 1e-12 counts as that, as in PyTorch's `normalize`.
    package static func loss(_ states: Rows, targets: Rows, divisor: Double, dStates: Rows) -> Double {
        let width = states.width
        var sum = 0.0
        for row in 0..<states.count {
            let (x, t, slope) = (states.row(row), targets.row(row), dStates.row(row))
            var (xx, tt, xt) = (0.0, 0.0, 0.0)
            for column in 0..<width {
                xx += Double(x[column]) * Double(x[column])
                tt += Double(t[column]) * Double(t[column])
                xt += Double(x[column]) * Double(t[column])
            }
            let (length, targetLength) = (max(xx.squareRoot(), 1e-12), max(tt.squareRoot(), 1e-12))
            let cosine = xt / (length * targetLength)
            sum += 1 - cosine
            // d(1 - cos)/dx = (cos x / ‖x‖ - t / ‖t‖) / ‖x‖
            for column in 0..<width {
                let difference = cosine * Double(x[column]) / length - Double(t[column]) / targetLength
                slope[column] = Float(difference / (length * divisor))
            }
        }
        return sum
    }
}
