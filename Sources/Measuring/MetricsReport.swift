import TenorFiles

extension Metrics {
    /// The metrics as text for a terminal: overall, for each label, and the confusion matrix.
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
            "AUROC        \(auroc.map { fixed($0, 4) } ?? "not defined: a label has no rows")",
            "NLL          \(fixed(nll, 4))", "Brier        \(fixed(brier, 4))", "ECE          \(fixed(ece, 4))",
        ]
        if truncatedRows > 0 { lines.append("truncated    \(counted(truncatedRows, "row")), to \(maxLength) tokens") }
        lines.append("")
        lines += table(
            [["label", "precision", "recall", "F1", "rows"]]
                + zip(names, confusion.classScores).map {
                    [$0, fixed($1.precision, 4), fixed($1.recall, 4), fixed($1.f1, 4), "\($1.support)"]
                })
        lines += ["", "Rows are true labels, columns are answers:"]
        lines += table([[""] + names] + zip(names, confusion.counts).map { [$0] + $1.map(String.init) })
        return lines.joined(separator: "\n") + "\n"
    }
}
