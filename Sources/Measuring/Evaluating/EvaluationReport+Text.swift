import TenorFiles

extension EvaluationReport {
    /// The results as text for a terminal: overall, for each label, the confusion matrix or, for many labels, the most frequent wrong
    /// answers, the probabilities, the slices and the comparison.
    package var text: String {
        let names = metrics.labels.map(oneLine)
        var lines = headline + [""] + labelTable(names)
        lines += names.count > Confusion.mostTabulated ? confusion.mistakeLines(names) : confusion.matrixLines(names)
        lines += probabilityTable
        for slices in slices { lines += sliceTable(slices) }
        lines += comparisonLines
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: [String] {
        func line(_ name: String, _ value: String) -> String { name + String(repeating: " ", count: max(13 - name.count, 2)) + value }
        var lines = [line("rows", "\(confusion.rows)")]
        for figure in HeadlineFigure.allCases {
            guard let value = figure.value(of: metrics) else {
                lines.append(line(figure.name, lackOfAUROC))
                continue
            }
            let interval = evaluation.intervals[figure].map { "  (95 % interval \(span($0)))" } ?? ""
            lines.append(line(figure.name, fixed(value, 4) + interval))
        }
        let baseline = evaluation.baseline
        let majority = oneLine(metrics.labels[baseline.majority])
        lines.append(line("baseline", "\(fixed(baseline.accuracy, 4))  accuracy, if every answer is '\(majority)'"))
        lines.append(line("", "\(fixed(baseline.nll, 4))  NLL, if every answer gives the labels' frequencies"))
        if metrics.truncatedRows > 0 { lines.append(line("truncated", "\(counted(metrics.truncatedRows, "row")), to \(maxLength) tokens")) }
        return lines
    }

    private func labelTable(_ names: [String]) -> [String] {
        var rows = [["label", "precision", "recall", "F1", "AUROC", "AP", "rows", "F1        "]]
        for (index, scores) in confusion.classScores.enumerated() {
            let curves = evaluation.curves?[index]
            rows.append([
                names[index], fixed(scores.precision, 4), fixed(scores.recall, 4), fixed(scores.f1, 4), figure(curves?.areaUnderROC),
                figure(curves?.averagePrecision), "\(scores.support)", bar(scores.f1),
            ])
        }
        return table(rows)
    }

    private var probabilityTable: [String] {
        let rows = evaluation.reliability.map {
            [span($0.range, 2), "\($0.rows)", fixed($0.confidence, 4), fixed($0.accuracy, 4), bar($0.accuracy)]
        }
        return ["", "How often answers of each probability are right:"]
            + table([["probability", "rows", "mean", "accuracy", "accuracy  "]] + rows) + (targetSentence.map { ["", $0] } ?? [])
    }

    private func sliceTable(_ slices: Slices) -> [String] {
        let most = 20
        let rows = slices.parts.prefix(most).map {
            [oneLine($0.name), "\($0.rows)", fixed($0.accuracy, 4), span($0.interval), bar($0.accuracy)]
        }
        let rest = slices.parts.count > most ? ["and \(slices.parts.count - most) more"] : []
        return ["", "Accuracy by \(oneLine(slices.title)):"]
            + table([[oneLine(slices.title), "rows", "accuracy", "95 % interval", "accuracy  "]] + rows) + rest
    }

    private var comparisonLines: [String] {
        guard let other, let conclusion else { return [] }
        let comparison = other.comparison
        let figures: [HeadlineFigure] = [.accuracy, .macroF1, .nll, .ece]
        func row(_ model: String, _ metrics: Metrics) -> [String] {
            [oneLine(model)] + figures.map { figure($0.value(of: metrics)) }
        }
        let interval = comparison.interval.map { " (95 % interval \(span($0)))" } ?? ""
        return ["", "Compared on the same rows:"]
            + table([["model"] + figures.map(\.name), row(model, metrics), row(other.model, other.metrics)]) + [
                "Different answers: \(counted(comparison.differing, "row")). Right only by the first: \(comparison.onlyFirstCorrect), "
                    + "only by the second: \(comparison.onlySecondCorrect).",
                "Difference of accuracy: \(fixed(comparison.difference, 4))\(interval), McNemar's exact test p = \(probability(comparison.pValue)).",
                oneLine(conclusion),
            ]
    }
}

extension Confusion {
    func matrixLines(_ names: [String]) -> [String] {
        ["", "Rows are true labels, columns are answers:"]
            + table([[""] + names] + zip(names, counts).map { [$0] + $1.map(String.init) })
    }

    func mistakeLines(_ names: [String]) -> [String] {
        let most = 20
        let pairs = mistakes
        guard !pairs.isEmpty else { return [] }
        let rest = pairs.count > most ? ["and \(pairs.count - most) more pairs of labels"] : []
        return ["", "The most frequent wrong answers:"]
            + table([["label", "answer", "rows"]] + pairs.prefix(most).map { [names[$0.truth], names[$0.predicted], "\($0.rows)"] }) + rest
    }

    /// The pairs of different labels that occur, the most frequent first.
    var mistakes: [Pair] { pairs.filter { $0.truth != $0.predicted }.sorted { $0.rows > $1.rows } }
}

/// A figure of a table, "-" if there is none.
func figure(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "-" }

/// "0.8657 to 0.8955".
func span(_ range: ClosedRange<Double>, _ digits: Int = 4) -> String {
    "\(fixed(range.lowerBound, digits)) to \(fixed(range.upperBound, digits))"
}

/// A p-value with four decimals, or two digits where those would be zeros.
func probability(_ value: Double) -> String {
    guard value > 0, value < 0.0001 else { return fixed(value, 4) }
    let exponent = Int(log10(value).rounded(.down))
    return "\(fixed(value / pow(10, Double(exponent)), 1))e\(exponent)"
}

/// A share as ten characters.
func bar(_ share: Double) -> String {
    let filled = share.isFinite ? Int((min(max(share, 0), 1) * 10).rounded()) : 0
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled)
}
