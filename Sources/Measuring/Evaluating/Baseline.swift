import TenorFiles

/// What a classifier would reach that knows the labels' frequencies and does not read the texts.
package struct Baseline: Sendable, Equatable {
    /// The most frequent label, the first if several are.
    package let majority: Int
    /// The accuracy and the macro F1 of always answering that label.
    package let accuracy: Double
    package let macroF1: Double
    /// The mean negative log probability and the Brier score of always giving each label its frequency: -Σ f ln f and 1 - Σ f².
    package let nll: Double
    package let brier: Double

    init(_ truths: [Int32], classCount: Int) {
        var counts = [Int](repeating: 0, count: classCount)
        for truth in truths { counts[Int(truth)] += 1 }
        majority = highest(counts.map(Double.init))
        var confusion = Confusion(classCount: classCount)
        for (label, rows) in counts.enumerated() where rows > 0 { confusion.add(truth: label, predicted: majority, rows: rows) }
        (accuracy, macroF1) = (confusion.accuracy, confusion.macroF1)
        let shares = counts.filter { $0 > 0 }.map { Double($0) / Double(truths.count) }
        nll = shares.reduce(0) { $0 - $1 * log($1) }
        brier = shares.isEmpty ? 0 : 1 - shares.reduce(0) { $0 + $1 * $1 }
    }
}
