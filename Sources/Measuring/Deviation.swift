/// The mean of some values and their sample standard deviation, √(Σ (x - mean)² / (n - 1)); 0 for a single value.
package func meanAndDeviation(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, values.count > 1 ? (squares / (count - 1)).squareRoot() : 0)
}
