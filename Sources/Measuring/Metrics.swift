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
    /// The content of `metrics.json`. What is not a number is written as null.
    package var json: String {
        let interval = confusion.accuracyInterval
        var members = [
            ("rows", "\(confusion.rows)"),
            ("accuracy", number(confusion.accuracy)),
            ("accuracy_ci95", "[\(number(interval.lowerBound)), \(number(interval.upperBound))]"),
            ("macro_f1", number(confusion.macroF1)),
            ("weighted_f1", number(confusion.weightedF1)),
            ("mcc", number(confusion.matthewsCorrelation)),
            ("nll", number(nll)),
            ("brier", number(brier)),
            ("ece", number(ece)),
        ]
        if let auroc { members.append(("auroc", number(auroc))) }
        members.append(("per_class", block("{", perClass, "}")))
        members.append(("confusion", block("{", confusionMembers, "}")))
        members.append(("truncated_rows", "\(truncatedRows)"))
        return "{\n" + members.map { "  \(jsonString($0)): \($1)" }.joined(separator: ",\n") + "\n}\n"
    }

    private var perClass: [String] {
        zip(labels, confusion.classScores).map { label, scores in
            let values = [("precision", scores.precision), ("recall", scores.recall), ("f1", scores.f1)]
            let members = values.map { "\(jsonString($0)): \(number($1))" } + ["\"support\": \(scores.support)"]
            return "\(jsonString(label)): {\(members.joined(separator: ", "))}"
        }
    }

    private var confusionMembers: [String] {
        let names = labels.map { jsonString($0) }.joined(separator: ", ")
        let rows = confusion.counts.map { "      [" + $0.map(String.init).joined(separator: ", ") + "]" }
        return ["\"labels\": [\(names)]", "\"counts\": [\n\(rows.joined(separator: ",\n"))\n    ]"]
    }

    private func block(_ opening: String, _ lines: [String], _ closing: String) -> String {
        "\(opening)\n" + lines.map { "    " + $0 }.joined(separator: ",\n") + "\n  \(closing)"
    }

    /// The shortest digits that read back as the same number.
    private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}

extension Metrics {
    /// What ``json`` was written from; nil where it is for another number of labels.
    package init?(_ json: JSON, labels: [String]) {
        let counts = json["confusion"]?["counts"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? []
        guard counts.count == labels.count, counts.allSatisfy({ $0.count == labels.count && $0.allSatisfy { $0 >= 0 } }) else { return nil }
        func number(_ key: String) -> Double { json[key]?.double ?? .nan }
        self.init(
            labels: labels, confusion: Confusion(counts: counts), nll: number("nll"), brier: number("brier"), ece: number("ece"),
            auroc: json["auroc"].map { $0.double ?? .nan }, truncatedRows: json["truncated_rows"]?.int ?? 0)
    }
}
