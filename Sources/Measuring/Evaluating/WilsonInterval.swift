/// The 97.5 % quantile of the normal distribution, which 95 % intervals are made with.
let normalQuantile = 1.959963984540054

/// The 95 % Wilson score interval of the share `part` of `whole` (Wilson, "Probable Inference, the Law of Succession, and Statistical
/// Inference", JASA 1927). Unlike the normal approximation, it stays within 0 and 1 and is valid for few rows. With no rows it is 0 to 1.
package func wilsonInterval(_ part: Int, of whole: Int) -> ClosedRange<Double> {
    guard whole > 0 else { return 0...1 }
    let z = normalQuantile
    let n = Double(whole)
    let p = Double(part) / n
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, middle - half)...min(1, middle + half)
}
