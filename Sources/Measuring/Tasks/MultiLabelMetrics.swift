import TenorFiles

/// The results of a classifier that gives each text any number of labels. Averages are defined as in scikit-learn, where a score that would
/// divide by 0 is 0.
package struct MultiLabelMetrics: Sendable, Equatable {
    /// The answers about one label.
    package struct Label: Sendable, Equatable {
        package var name: String
        /// The probability from which on the label is given.
        package var threshold: Double
        package var truePositives = 0
        package var falsePositives = 0
        package var falseNegatives = 0
        /// See ``averagePrecision(scores:isPositive:)``; nil if there are too many rows and labels for it.
        package var averagePrecision: Double?

        /// The number of rows that have the label.
        package var support: Int { truePositives + falseNegatives }
        package var precision: Double { ratio(truePositives, truePositives + falsePositives) }
        package var recall: Double { ratio(truePositives, support) }
        package var f1: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }
    }

    package var labels: [Label]
    package var rows = 0
    /// The number of rows that were given exactly their labels.
    package var exactRows = 0
    /// The sum over the rows of F1 between their labels and those given: 0 for a row with neither.
    package var sampleF1Sum = 0.0
    /// The sum over the rows of the mean over the labels of the binary cross-entropy.
    package var lossSum = 0.0
    package var truncatedRows = 0

    /// F1 of all decisions about rows and labels together.
    package var microF1: Double {
        let (hits, wrong) = labels.reduce((0, 0)) { ($0.0 + $1.truePositives, $0.1 + $1.falsePositives + $1.falseNegatives) }
        return ratio(2 * hits, 2 * hits + wrong)
    }
    package var microPrecision: Double {
        ratio(labels.reduce(0) { $0 + $1.truePositives }, labels.reduce(0) { $0 + $1.truePositives + $1.falsePositives })
    }
    package var microRecall: Double { ratio(labels.reduce(0) { $0 + $1.truePositives }, labels.reduce(0) { $0 + $1.support }) }
    /// The mean F1 of the labels.
    package var macroF1: Double { mean(labels.map(\.f1)) }
    /// The mean F1 of the labels, weighted by their rows.
    package var weightedF1: Double {
        let support = labels.reduce(0) { $0 + $1.support }
        return support == 0 ? 0 : labels.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(support)
    }
    /// The mean F1 of the rows.
    package var sampleF1: Double { rows == 0 ? 0 : sampleF1Sum / Double(rows) }
    /// The share of rows that were given exactly their labels.
    package var subsetAccuracy: Double { ratio(exactRows, rows) }
    /// The share of wrong decisions among those about each row and label.
    package var hammingLoss: Double {
        ratio(labels.reduce(0) { $0 + $1.falsePositives + $1.falseNegatives }, rows * labels.count)
    }
    /// The mean over the labels; nil if it was not computed.
    package var meanAveragePrecision: Double? {
        let values = labels.compactMap(\.averagePrecision)
        return values.count == labels.count ? mean(values) : nil
    }
    /// The mean binary cross-entropy.
    package var loss: Double { rows == 0 ? 0 : lossSum / Double(rows) }

    private func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }
}

private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

extension MultiLabelMetrics {
    /// The figures for all labels together.
    package var summary: JSON { .object(figures) }

    /// The figures, and those of each label.
    package var values: JSON {
        var values = figures
        var labelled = JSON.Object()
        for label in labels {
            var json: JSON.Object = [
                "precision": JSON(label.precision), "recall": JSON(label.recall), "f1": JSON(label.f1), "support": JSON(label.support),
                "threshold": JSON(label.threshold), "true_positives": JSON(label.truePositives),
                "false_positives": JSON(label.falsePositives), "false_negatives": JSON(label.falseNegatives),
            ]
            if let value = label.averagePrecision { json["average_precision"] = JSON(value) }
            labelled[label.name] = .object(json)
        }
        values["per_label"] = .object(labelled)
        values["exact_rows"] = JSON(exactRows)
        return .object(values)
    }

    private var figures: JSON.Object {
        var values: JSON.Object = [
            "rows": JSON(rows), "micro_f1": JSON(microF1), "macro_f1": JSON(macroF1), "weighted_f1": JSON(weightedF1),
            "samples_f1": JSON(sampleF1), "micro_precision": JSON(microPrecision), "micro_recall": JSON(microRecall),
            "subset_accuracy": JSON(subsetAccuracy), "hamming_loss": JSON(hammingLoss), "bce": JSON(loss),
        ]
        if let meanAveragePrecision { values["macro_average_precision"] = JSON(meanAveragePrecision) }
        values["truncated_rows"] = JSON(truncatedRows)
        return values
    }

    /// Reads what ``values`` gave; nil if it is of other labels.
    package init?(_ json: JSON, labels names: [String]) {
        guard let rows = json["rows"]?.int, let exact = json["exact_rows"]?.int, let labelled = json["per_label"]?.object else {
            return nil
        }
        var labels: [Label] = []
        for name in names {
            guard let json = labelled[name], let threshold = json["threshold"]?.double, let hits = json["true_positives"]?.int,
                let wrong = json["false_positives"]?.int, let missed = json["false_negatives"]?.int,
                [hits, wrong, missed].allSatisfy({ (0...rows).contains($0) })
            else { return nil }
            labels.append(
                Label(
                    name: name, threshold: threshold, truePositives: hits, falsePositives: wrong, falseNegatives: missed,
                    averagePrecision: json["average_precision"]?.double))
        }
        guard (0...rows).contains(exact) else { return nil }
        func sum(_ key: String) -> Double { (json[key]?.double ?? .nan) * Double(rows) }
        self.init(
            labels: labels, rows: rows, exactRows: exact, sampleF1Sum: sum("samples_f1"), lossSum: sum("bce"),
            truncatedRows: json["truncated_rows"]?.int ?? 0)
    }

    /// The metrics as text for a terminal.
    ///
    /// - Parameter maxLength: the number of tokens that texts were truncated to.
    package func report(maxLength: Int) -> String {
        var lines = [
            "rows                \(rows)", "micro F1            \(fixed(microF1, 4))", "macro F1            \(fixed(macroF1, 4))",
            "F1 of a row         \(fixed(sampleF1, 4))",
            "average precision   \(meanAveragePrecision.map { fixed($0, 4) } ?? "not computed")",
            "exactly right rows  \(fixed(subsetAccuracy, 4))", "wrong decisions     \(fixed(hammingLoss, 4))",
            "BCE                 \(fixed(loss, 4))",
        ]
        if truncatedRows > 0 { lines.append("truncated           \(counted(truncatedRows, "row")), to \(maxLength) tokens") }
        lines.append("")
        lines += table(
            [["label", "precision", "recall", "F1", "AP", "threshold", "rows"]]
                + labels.map {
                    [
                        oneLine($0.name), fixed($0.precision, 4), fixed($0.recall, 4), fixed($0.f1, 4),
                        $0.averagePrecision.map { fixed($0, 4) } ?? "", fixed($0.threshold, 2), "\($0.support)",
                    ]
                })
        return lines.joined(separator: "\n") + "\n"
    }
}
