import TenorFiles

/// A classifier's results on labelled rows.
package struct Metrics: Sendable, Equatable {
    package var labels: [String]
    /// The source of everything that depends only on the predicted classes: accuracy, F1, MCC and each class's scores.
    package var confusion: Confusion
    /// The mean negative logarithm of the true class's probability.
    package var nll: Double
    /// The mean squared difference between probabilities and truth, summed over the classes.
    package var brier: Double
    /// See ``CalibrationBins``.
    package var ece: Double
    /// With two classes that of the second one, with more the mean of each against the rest. Nil if a class has no rows, or if there are
    /// too many rows and classes for it; see ``MetricsTally``.
    package var auroc: Double?
    /// The number of rows whose text was truncated.
    package var truncatedRows: Int
}

extension Metrics {
    /// The figures for all classes together, as `metrics.json`, tenor.json and training.jsonl have them. Their size does not depend on the
    /// number of classes. Numbers that are not finite become null.
    package var summary: JSON { .object(figures([])) }

    /// The content of `metrics.json`: the figures, and those for each class.
    package var values: JSON {
        var labelled = JSON.Object()
        for (label, scores) in zip(labels, confusion.classScores) {
            labelled[label] = [
                "precision": number(scores.precision), "recall": number(scores.recall), "f1": number(scores.f1),
                "support": count(scores.support),
            ]
        }
        return .object(figures([("per_class", .object(labelled)), ("confusion", confusion.values(labels: labels))]))
    }

    /// - Parameter forClasses: members that come before the number of truncated rows.
    private func figures(_ forClasses: [(String, JSON)]) -> JSON.Object {
        let interval = confusion.accuracyInterval
        var values: JSON.Object = [
            "rows": count(confusion.rows), "accuracy": number(confusion.accuracy),
            "accuracy_ci95": [number(interval.lowerBound), number(interval.upperBound)], "macro_f1": number(confusion.macroF1),
            "weighted_f1": number(confusion.weightedF1), "mcc": number(confusion.matthewsCorrelation), "nll": number(nll),
            "brier": number(brier), "ece": number(ece),
        ]
        if let auroc { values["auroc"] = number(auroc) }
        for (key, value) in forClasses { values[key] = value }
        values["truncated_rows"] = count(truncatedRows)
        return values
    }

    private func number(_ value: Double) -> JSON { value.isFinite ? .number(JSON.Number(value)) : .null }

    private func count(_ value: Int) -> JSON { .number(JSON.Number(value)) }

    /// The text of `metrics.json`.
    package var json: String { values.serialized(.readable) + "\n" }
}

extension Metrics {
    /// Reads what ``values`` gave; nil if it has a different number of labels.
    package init?(_ json: JSON, labels: [String]) {
        guard let confusion = Confusion(json["confusion"], classCount: labels.count) else { return nil }
        func number(_ key: String) -> Double { json[key]?.double ?? .nan }
        self.init(
            labels: labels, confusion: confusion, nll: number("nll"), brier: number("brier"), ece: number("ece"),
            auroc: json["auroc"].map { $0.double ?? .nan }, truncatedRows: json["truncated_rows"]?.int ?? 0)
    }
}
