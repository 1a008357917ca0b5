import TenorFiles

extension AuditReport {
    /// All figures for programs.
    package var json: JSON {
        [
            "model": .string(model), "label": .string(label), "tests": .array(tests.map(\.json)), "templates": JSON(templates),
            "attributes": .array(attributes.map(\.json)),
        ]
    }
}

extension AuditReport.Test {
    fileprivate var json: JSON {
        [
            "test": .string(name), "score": .string(expectation), "pairs": JSON(count), "wrong": JSON(failures.count),
            "wrong_ci95": [JSON(interval.lowerBound), JSON(interval.upperBound)],
            "failures": .array(
                failures.map { failure in
                    [
                        "text": .string(failure.text), "changed": .string(failure.changed),
                        "answers": .array(failure.answers.map { .string($0) }), "scores": .array(failure.scores.map { JSON($0) }),
                    ]
                }),
        ]
    }
}

extension AttributeGaps {
    fileprivate var json: JSON {
        [
            "attribute": .string(attribute), "gap": JSON(gap), "flips": JSON(flips),
            "widest": ["texts": .array(extreme.texts.map { .string($0) }), "scores": .array(extreme.scores.map { JSON($0) })],
            "groups": .array(
                groups.map { group in
                    [
                        "group": .string(group.name), "terms": JSON(group.terms), "difference": JSON(group.difference),
                        "difference_ci95": [JSON(group.interval.lowerBound), JSON(group.interval.upperBound)],
                    ]
                }),
        ]
    }
}
