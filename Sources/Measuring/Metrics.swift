import TenorFiles

/// How well a classifier does on labelled rows.
package struct Metrics: Sendable, Equatable {
    package var labels: [String]
    /// Everything that depends on the predicted classes alone: accuracy, F1, MCC, each class's scores.
    package var confusion: Confusion
    /// The mean negative logarithm of the true class's probability.
    package var nll: Double
    /// The mean squared difference of probabilities and truth, summed over the classes.
    package var brier: Double
    /// See ``CalibrationBins``.
    package var ece: Double
    /// Of two classes that of the second; of more the mean of each against the rest. Absent where a class has no rows.
    package var auroc: Double?
    /// Rows of which not all tokens were seen.
    package var truncatedRows: Int
}

extension Metrics {
    /// The content of `metrics.json`. What is not a number is null.
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

    /// `metrics.json` itself.
    package var json: String { values.serialized(.readable) + "\n" }
}

extension Metrics {
    /// What ``values`` says; nil where it is for another number of labels.
    package init?(_ json: JSON, labels: [String]) {
        let counts = json["confusion"]?["counts"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? []
        guard counts.count == labels.count, counts.allSatisfy({ $0.count == labels.count && $0.allSatisfy { $0 >= 0 } }) else { return nil }
        func number(_ key: String) -> Double { json[key]?.double ?? .nan }
        self.init(
            labels: labels, confusion: Confusion(counts: counts), nll: number("nll"), brier: number("brier"), ece: number("ece"),
            auroc: json["auroc"].map { $0.double ?? .nan }, truncatedRows: json["truncated_rows"]?.int ?? 0)
    }
}
