import TenorFiles

extension EvaluationReport {
    /// The content of `metrics.json`: what ``Metrics/values`` has, and after that, in this order:
    ///
    /// - `macro_f1_ci95` and so on: the 95 % interval of each other headline figure;
    /// - in `per_class`, `auroc` and `average_precision` of each label against the rest, null where not defined;
    /// - `baseline`: what the labels' frequencies alone reach;
    /// - `reliability`: the bins of ``CalibrationBins``, each with its mean probability and accuracy;
    /// - `risk_coverage`: the area, and for about each tenth of the rows the threshold that answers them;
    /// - `target`: the threshold for a wanted accuracy, if one was given; its members after `accuracy` are null if none reaches it;
    /// - `slices`: a list of divisions of the rows;
    /// - `against`: the second model and the comparison, if there is one.
    package var json: String {
        var values = metrics.values.object!
        for figure in HeadlineFigure.allCases where figure != .accuracy {
            if let interval = evaluation.intervals[figure] { values["\(figure.rawValue)_ci95"] = pair(interval) }
        }
        if let curves = evaluation.curves, var classes = values["per_class"]?.object {
            for (label, curves) in zip(metrics.labels, curves) {
                guard var scores = classes[label]?.object else { continue }
                scores["auroc"] = number(curves.areaUnderROC)
                scores["average_precision"] = number(curves.averagePrecision)
                classes[label] = .object(scores)
            }
            values["per_class"] = .object(classes)
        }
        let baseline = evaluation.baseline
        values["baseline"] = [
            "label": .string(metrics.labels[baseline.majority]), "accuracy": number(baseline.accuracy),
            "macro_f1": number(baseline.macroF1),
            "nll": number(baseline.nll), "brier": number(baseline.brier),
        ]
        values["reliability"] = .array(
            evaluation.reliability.map {
                [
                    "from": number($0.range.lowerBound), "to": number($0.range.upperBound), "rows": .number(JSON.Number($0.rows)),
                    "probability": number($0.confidence), "accuracy": number($0.accuracy),
                ]
            })
        values["risk_coverage"] = [
            "area": number(evaluation.riskCoverage.area),
            "steps": .array(
                evaluation.riskCoverage.steps.map {
                    ["threshold": number($0.probability), "coverage": number($0.coverage), "accuracy": number($0.accuracy)]
                }),
        ]
        if let target { values["target"] = json(target) }
        values["slices"] = .array(slices.map(json))
        if let other { values["against"] = json(other) }
        return JSON.object(values).serialized(.readable) + "\n"
    }

    private func json(_ target: AccuracyTarget) -> JSON {
        let found = target.threshold
        return [
            "accuracy": number(target.accuracy), "threshold": number(found?.probability),
            "coverage": number(found.map { _ in target.coverage }), "reached": number(found?.accuracy),
            "reached_ci95": found.map { pair($0.interval) } ?? .null,
        ]
    }

    private func json(_ slices: Slices) -> JSON {
        let parts = slices.parts.map { part -> JSON in
            [
                "name": .string(part.name), "rows": .number(JSON.Number(part.rows)), "accuracy": number(part.accuracy),
                "accuracy_ci95": pair(part.interval),
            ]
        }
        return ["by": .string(slices.title), "parts": .array(parts)]
    }

    private func json(_ other: Other) -> JSON {
        let comparison = other.comparison
        func count(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        var values: JSON.Object = [
            "model": .string(other.model), "metrics": other.metrics.summary, "differing_answers": count(comparison.differing),
            "only_first_right": count(comparison.onlyFirstCorrect), "only_second_right": count(comparison.onlySecondCorrect),
            "accuracy_difference": number(comparison.difference), "mcnemar_p": number(comparison.pValue),
            "rows_needed": comparison.rowsNeeded.map(count) ?? .null, "conclusion": .string(conclusion ?? ""),
        ]
        if let interval = comparison.interval { values["accuracy_difference_ci95"] = pair(interval) }
        return .object(values)
    }

    private func number(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .number(JSON.Number(value))
    }

    private func pair(_ interval: ClosedRange<Double>) -> JSON { [number(interval.lowerBound), number(interval.upperBound)] }
}
