private let binCount = 15

/// The expected calibration error of the top label: how far confidence and accuracy lie apart, in 15 bins of equal width (Guo et al., "On
/// Calibration of Modern Neural Networks", ICML 2017). A bin includes its upper edge but not its lower one.
package struct CalibrationBins: Sendable, Equatable {
    var counts = [Int](repeating: 0, count: binCount)
    private var correct = [Int](repeating: 0, count: binCount)
    private var confidence = [Double](repeating: 0, count: binCount)

    package init() {}

    package mutating func add(confidence top: Double, isCorrect: Bool, rows: Int = 1) {
        let bin = top.isNaN ? 0 : min(max(Int((top * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
        counts[bin] += rows
        correct[bin] += isCorrect ? rows : 0
        confidence[bin] += top * Double(rows)
    }

    /// A bin with rows.
    package struct Bin: Sendable, Equatable {
        package let range: ClosedRange<Double>
        package let rows: Int
        package let correct: Int
        /// The mean probability of the answers.
        package let confidence: Double

        package var accuracy: Double { Double(correct) / Double(rows) }
    }

    /// The bins that have rows, from the lowest.
    package var occupied: [Bin] {
        counts.indices.filter { counts[$0] > 0 }.map { bin in
            let edges = Double(bin) / Double(binCount)...Double(bin + 1) / Double(binCount)
            return Bin(range: edges, rows: counts[bin], correct: correct[bin], confidence: confidence[bin] / Double(counts[bin]))
        }
    }

    package var expectedError: Double {
        let rows = counts.reduce(0, +)
        guard rows > 0 else { return 0 }
        return zip(correct, confidence).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / Double(rows)
    }
}
