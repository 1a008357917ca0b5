import TenorFiles

extension LearningCurve {
    /// The curve as JSON, with the accuracy of every draw, and the sentences of ``report``.
    package var json: String {
        func numbers(_ values: [Double]) -> JSON { .array(values.map { .number(JSON.Number($0)) }) }
        func counts(_ values: [Int]) -> JSON { .array(values.map { .number(JSON.Number($0)) }) }
        var methods = JSON.Object()
        for method in Method.allCases {
            methods[method.key] = [
                "mean": numbers(sizes.map { mean(method, size: $0) }),
                "sd": .array(sizes.map { deviation(method, size: $0).map { .number(JSON.Number($0)) } ?? .null }),
                "accuracy": .array(sizes.map { numbers(accuracies(method, size: $0)) }),
            ]
        }
        let twice = Doubling(self).map { doubling -> JSON in
            [
                "rows_per_label": .number(JSON.Number(doubling.size)), "accuracy": .number(JSON.Number(doubling.accuracy)),
                "gain": .number(JSON.Number(doubling.gain)),
                "gain_range": numbers([doubling.range.lowerBound, doubling.range.upperBound]),
                "fitted_from": .number(JSON.Number(doubling.fittedFrom)),
            ]
        }
        let values: JSON = [
            "rows_per_label": counts(sizes), "rows": counts(rows), "draws": .number(JSON.Number(draws)),
            "test_rows": .number(JSON.Number(testRows)), "baseline": .number(JSON.Number(baseline)), "methods": .object(methods),
            "twice": twice ?? .null, "sentences": .array(sentences.map(JSON.string)),
        ]
        return values.serialized(.readable) + "\n"
    }
}

extension LearningCurve.Method {
    /// The name in JSON.
    fileprivate var key: String {
        switch self {
        case .pretrained: "pretrained"
        case .random: "random"
        case .terms: "tfidf"
        }
    }
}
