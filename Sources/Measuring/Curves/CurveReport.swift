import TenorFiles

extension LearningCurve {
    /// The curve as text for a terminal: a table of the accuracies in percent, and two sentences.
    package var report: String {
        let spread = draws > 1 ? ", mean ± standard deviation of \(draws) draws" : ", one draw"
        var lines = [
            "accuracy in percent on \(counted(testRows, "test row"))\(spread)",
            "always answering the most frequent label of the test rows: \(percent(baseline))", "",
        ]
        lines += table(
            [["rows per label", "rows"] + Method.allCases.map(\.rawValue)]
                + zip(sizes, rows).map { size, rows in ["\(size)", "\(rows)"] + Method.allCases.map { figure($0, size) } })
        return (lines + [""] + sentences).joined(separator: "\n") + "\n"
    }

    private func figure(_ method: Method, _ size: Int) -> String {
        let spread = deviation(method, size: size).map { " ± \(String(repeating: " ", count: $0 < 0.0995 ? 1 : 0))\(percent($0))" }
        return percent(mean(method, size: size)) + (spread ?? "")
    }

    /// What transfer gains, and what twice the labels would bring.
    package var sentences: [String] { [transfer, more] }

    private var transfer: String {
        let (first, last) = (sizes.first!, sizes.last!)
        func gain(_ method: Method, _ size: Int) -> String { signed(mean(.pretrained, size: size) - mean(method, size: size)) }
        let sentence =
            "Pre-training brings \(gain(.random, first)) points over random weights and \(gain(.terms, first)) over TF-IDF at \(first) rows per label"
        return sentence + (sizes.count == 1 ? "." : ", and \(gain(.random, last)) and \(gain(.terms, last)) at \(last).")
    }

    private var more: String {
        guard let doubling = Doubling(self) else { return "What more labels would bring needs at least two sizes." }
        let spread = draws > 1 ? " (single draws: \(signed(doubling.range.lowerBound)) to \(signed(doubling.range.upperBound)))" : ""
        let start = "Twice the labels, \(doubling.size) rows each,"
        guard doubling.gain >= Doubling.leastGain else { return "\(start) would bring nothing that these figures show\(spread)." }
        let isSure = doubling.range.lowerBound > 0
        return "\(start) \(isSure ? "would" : "might") bring about \(signed(doubling.gain)) points\(spread), "
            + "if the error goes on falling as from \(doubling.fittedFrom) to \(sizes.last!)."
    }

    /// In percent, with one decimal.
    func percent(_ share: Double) -> String { fixed(100 * share, 1) }

    private func signed(_ share: Double) -> String { (percent(share).hasPrefix("-") ? "" : "+") + percent(share) }
}
