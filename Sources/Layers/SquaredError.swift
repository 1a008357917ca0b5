/// The squared error of numbers.
package enum SquaredError {
    /// The sum of the rows' losses, each the mean of (z - y)² over the outputs, and its gradient `dOutputs = 2 (z - y) / (width · divisor)`.
    /// Outputs are [rows, width]. As PyTorch's `MSELoss`, which divides by rows and outputs.
    package static func loss(_ outputs: Rows, values: [[Double]], divisor: Double, dOutputs: Rows) -> Double {
        let width = outputs.width
        var loss = 0.0
        for (row, values) in values.enumerated() {
            for column in 0..<width {
                let difference = Double(outputs.row(row)[column]) - values[column]
                loss += difference * difference / Double(width)
                dOutputs.row(row)[column] = Float(2 * difference / (Double(width) * divisor))
            }
        }
        return loss
    }
}
