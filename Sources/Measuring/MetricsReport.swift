import TenorFiles

extension Metrics {
    /// The metrics as text for a terminal: overall, for each label, and the confusion matrix or, for many labels, the most frequent wrong
    /// answers.
    ///
    /// - Parameter maxLength: the number of tokens that texts were truncated to.
    package func report(maxLength: Int) -> String {
        let interval = confusion.accuracyInterval
        let names = labels.map(oneLine)
        var lines = [
            "rows         \(confusion.rows)",
            "accuracy     \(fixed(confusion.accuracy, 4))  (95 % interval \(fixed(interval.lowerBound, 4)) to \(fixed(interval.upperBound, 4)))",
            "macro F1     \(fixed(confusion.macroF1, 4))", "weighted F1  \(fixed(confusion.weightedF1, 4))",
            "MCC          \(fixed(confusion.matthewsCorrelation, 4))",
            "AUROC        \(auroc.map { fixed($0, 4) } ?? lackOfAUROC)",
            "NLL          \(fixed(nll, 4))", "Brier        \(fixed(brier, 4))", "ECE          \(fixed(ece, 4))",
        ]
        if truncatedRows > 0 { lines.append("truncated    \(counted(truncatedRows, "row")), to \(maxLength) tokens") }
        lines.append("")
        lines += table(
            [["label", "precision", "recall", "F1", "rows"]]
                + zip(names, confusion.classScores).map {
                    [$0, fixed($1.precision, 4), fixed($1.recall, 4), fixed($1.f1, 4), "\($1.support)"]
                })
        lines += names.count > Confusion.mostTabulated ? mistakes(names) : matrix(names)
        return lines.joined(separator: "\n") + "\n"
    }

    private var lackOfAUROC: String {
        confusion.classScores.contains { $0.support == 0 } ? "not defined: a label has no rows" : "not computed: too many rows and labels"
    }

    private func matrix(_ names: [String]) -> [String] {
        ["", "Rows are true labels, columns are answers:"]
            + table([[""] + names] + zip(names, confusion.counts).map { [$0] + $1.map(String.init) })
    }

    private func mistakes(_ names: [String]) -> [String] {
        let most = 20
        let pairs = confusion.pairs.filter { $0.truth != $0.predicted }.sorted { $0.rows > $1.rows }
        guard !pairs.isEmpty else { return [] }
        let rest = pairs.count > most ? ["and \(pairs.count - most) more pairs of labels"] : []
        return ["", "The most frequent wrong answers:"]
            + table([["label", "answer", "rows"]] + pairs.prefix(most).map { [names[$0.truth], names[$0.predicted], "\($0.rows)"] }) + rest
    }
}
