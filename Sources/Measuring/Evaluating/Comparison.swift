import TenorFiles

/// Two classifiers compared on the same rows.
package struct Comparison: Sendable, Equatable {
    package let rows: Int
    package let bothCorrect: Int
    package let onlyFirstCorrect: Int
    package let onlySecondCorrect: Int
    /// Rows with different answers.
    package let differing: Int
    /// The 95 % interval of ``difference``, by ``Bootstrap`` over the rows; nil if there are no rows.
    package let interval: ClosedRange<Double>?

    /// - Parameters:
    ///   - first, second: the answers, as indices of the same labels, in the order of the rows.
    package init(truths: [Int32], first: [Int32], second: [Int32], threads: Int) {
        precondition(first.count == truths.count && second.count == truths.count)
        rows = truths.count
        let gains = truths.indices.map { Int32(first[$0] == truths[$0] ? 1 : 0) - Int32(second[$0] == truths[$0] ? 1 : 0) }
        onlyFirstCorrect = gains.count { $0 > 0 }
        onlySecondCorrect = gains.count { $0 < 0 }
        bothCorrect = zip(truths, first).count { $0 == $1 } - onlyFirstCorrect
        differing = zip(first, second).count { $0 != $1 }
        interval =
            Bootstrap(rows: truths.count, threads: threads).intervals(1) { weights in
                [Double(zip(weights, gains).reduce(0) { $0 + Int($1.0) * Int($1.1) }) / Double(gains.count)]
            }[0]
    }

    /// The accuracy of the first minus that of the second.
    package var difference: Double { rows == 0 ? 0 : Double(onlyFirstCorrect - onlySecondCorrect) / Double(rows) }

    /// The p-value of McNemar's exact test: min(1, 2 P(X ≤ min(b, c))), where b and c are the rows that only one of the two has right, and X
    /// has the binomial distribution of b + c trials with probability ½ (McNemar, Psychometrika 1947).
    package var pValue: Double {
        let trials = onlyFirstCorrect + onlySecondCorrect
        let fewer = min(onlyFirstCorrect, onlySecondCorrect)
        guard 2 * fewer < trials else { return 1 }
        func logFactorial(_ n: Int) -> Double { lgamma(Double(n) + 1).0 }
        // The largest term and, downwards, the ratio of each to the next: P(X = k - 1) / P(X = k) = k / (n - k + 1).
        var term = exp(
            logFactorial(trials) - logFactorial(fewer) - logFactorial(trials - fewer) - Double(trials) * 0.6931471805599453)
        var sum = 0.0
        for k in stride(from: fewer, through: 0, by: -1) {
            sum += term
            if term < sum * 1e-17 { break }
            term *= Double(k) / Double(trials - k + 1)
        }
        return min(1, 2 * sum)
    }

    /// Whether one is better with 95 % certainty.
    package var isReal: Bool { pValue < 0.05 }

    /// About how many rows would show a difference of this size, if the share of rows that only one has right stays the same: the sample
    /// size at which McNemar's test at 5 % finds it with a probability of 80 %, n = (z ψ^½ + z′ (ψ - δ²)^½)² / δ², with
    /// ψ = (b + c) / rows, δ the difference, and z and z′ the normal quantiles of 97.5 % and 80 % (Connor, "Sample Size for Testing
    /// Differences in Proportions for the Paired-Sample Design", Biometrics 1987). Nil without a difference.
    package var rowsNeeded: Int? {
        guard difference != 0 else { return nil }
        let disagreeing = Double(onlyFirstCorrect + onlySecondCorrect) / Double(rows)
        let root = normalQuantile * disagreeing.squareRoot() + 0.8416212335729143 * (disagreeing - difference * difference).squareRoot()
        return Int((root * root / (difference * difference)).rounded(.up))
    }

    /// What follows, in a sentence.
    package func conclusion(first: String, second: String) -> String {
        let better = difference > 0 ? first : second
        let points = fixed(100 * abs(difference), 1)
        if isReal { return "The difference is real at 95 %: \(better) is right on \(points) points more of the rows." }
        guard let rowsNeeded else { return "Both are right equally often: these rows show no difference." }
        return
            "These rows do not show a difference at 95 %. If \(better) is better by \(points) points, about \(grouped(roundedUp(rowsNeeded))) "
            + "rows would show it."
    }

    /// To two digits, because it is an estimate.
    private func roundedUp(_ value: Int) -> Int {
        var unit = 1
        while value / unit >= 100 { unit *= 10 }
        return (value + unit - 1) / unit * unit
    }
}
