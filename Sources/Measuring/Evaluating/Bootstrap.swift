import TenorLayers
import TenorThreads

/// Intervals by resampling: a figure is computed on 1,000 samples of the rows, each as large as the set of rows and drawn with replacement,
/// and the interval goes from the 2.5 % to the 97.5 % quantile of the results (the percentile method of Efron, "Bootstrap Methods", Annals
/// of Statistics 1979).
///
/// Sample i is drawn with ``Randomness`` of the seed 1 + i, so the same rows give the same intervals, on any number of threads.
package struct Bootstrap: Sendable {
    package let rows: Int
    package let threads: Int
    package let samples: Int

    package init(rows: Int, threads: Int, samples: Int = 1000) {
        (self.rows, self.threads, self.samples) = (rows, threads, samples)
    }

    /// The 95 % intervals of several figures. One is nil if the figure is NaN in every sample; samples in which it is NaN do not count.
    ///
    /// - Parameter figures: computes `count` figures from how often each row was drawn.
    package func intervals(_ count: Int, _ figures: (_ weights: [Int32]) -> [Double]) -> [ClosedRange<Double>?] {
        guard rows > 0 else { return [ClosedRange<Double>?](repeating: nil, count: count) }
        var results = [[Double]](repeating: [], count: samples)
        results.withUnsafeMutableBufferPointer { results in
            parallel(samples, threads: threads) { sample in results[sample] = figures(weights(sample)) }
        }
        return (0..<count).map { index in Self.interval(results.map { $0[index] }.filter { !$0.isNaN }) }
    }

    private func weights(_ sample: Int) -> [Int32] {
        var randomness = Randomness(seed: 1 + UInt64(sample))
        var weights = [Int32](repeating: 0, count: rows)
        for _ in 0..<rows { weights[randomness.below(rows)] += 1 }
        return weights
    }

    private static func interval(_ values: [Double]) -> ClosedRange<Double>? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return quantile(0.025, of: sorted)...quantile(0.975, of: sorted)
    }

    /// Between two values, linear.
    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
}
