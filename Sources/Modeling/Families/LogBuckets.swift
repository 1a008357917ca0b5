import TenorFiles

/// Distance buckets (`make_log_bucket_position`): exact up to half their number, then logarithmic up to `farthest` - 1. With m = count / 2
/// and |d| > m: sign(d) (⌈ln(|d| / m) / ln((farthest - 1) / m) · (m - 1)⌉ + m).
package struct LogBuckets: Sendable {
    private let count: Int
    private let farthest: Int

    package init(count: Int, farthest: Int) {
        self.count = count
        self.farthest = farthest
    }

    /// In single precision as in transformers, because rounding decides the bucket when a quotient is near an integer.
    package func bucket(_ distance: Int) -> Int {
        let middle = count / 2
        let length = abs(distance)
        if length <= middle { return distance }
        let quotient = log(Float(length) / Float(middle)) / log(Float(Double(farthest - 1) / Double(middle)))
        return distance.signum() * (Int((quotient * Float(middle - 1)).rounded(.up)) + middle)
    }
}
