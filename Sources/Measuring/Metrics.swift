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
    /// With two classes that of the second one, with more the mean of each against the rest. Nil if a class has no rows.
    package var auroc: Double?
    /// The number of rows whose text was truncated.
    package var truncatedRows: Int
}

extension Metrics {
    /// The content of `metrics.json`. Numbers that are not finite become null.
    package var values: JSON {
        func number(_ value: Double) -> JSON { value.isFinite ? .number(JSON.Number(value)) : .null }
        func count(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        let interval = confusion.accuracyInterval
        var values: JSON.Object = [
            "rows": count(confusion.rows), "accuracy": number(confusion.accuracy),
            "accuracy_ci95": [number(interval.lowerBound), number(interval.upperBound)], "macro_f1": number(confusion.macroF1),
            "weighted_f1": number(confusion.weightedF1), "mcc": number(confusion.matthewsCorrelation), "nll": number(nll),
            "brier": number(brier), "ece": number(ece),
        ]
        if let auroc { values["auroc"] = number(auroc) }
        var labelled = JSON.Object()
        for (label, scores) in zip(labels, confusion.classScores) {
            labelled[label] = [
                "precision": number(scores.precision), "recall": number(scores.recall), "f1": number(scores.f1),
                "support": count(scores.support),
            ]
        }
        values["per_class"] = .object(labelled)
        values["confusion"] = [
            "labels": .array(labels.map { .string($0) }), "counts": .array(confusion.counts.map { .array($0.map(count)) }),
        ]
        values["truncated_rows"] = count(truncatedRows)
        return .object(values)
    }

    /// The text of `metrics.json`.
    package var json: String { values.serialized(.readable) + "\n" }
}

extension Metrics {
    /// Reads what ``values`` gave; nil if it has a different number of labels.
    package init?(_ json: JSON, labels: [String]) {
        let counts = json["confusion"]?["counts"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? []
        guard counts.count == labels.count, counts.allSatisfy({ $0.count == labels.count && $0.allSatisfy { $0 >= 0 } }) else { return nil }
        func number(_ key: String) -> Double { json[key]?.double ?? .nan }
        self.init(
            labels: labels, confusion: Confusion(counts: counts), nll: number("nll"), brier: number("brier"), ece: number("ece"),
            auroc: json["auroc"].map { $0.double ?? .nan }, truncatedRows: json["truncated_rows"]?.int ?? 0)
    }
}
