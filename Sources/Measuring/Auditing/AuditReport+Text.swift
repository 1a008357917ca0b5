import TenorFiles

extension AuditReport {
    /// The report for a terminal.
    package var text: String {
        var lines = ["\(oneLine(model)): the score is the probability of '\(oneLine(label))'", ""]
        if !tests.isEmpty { lines += testTable + [""] }
        lines += ["\(templates) templates, each with different people in it; differences in points of the score", ""]
        for attribute in attributes { lines += attribute.lines + [""] }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    private var testTable: [String] {
        let rows = tests.map { test in
            let share = 100 * Double(test.failures.count) / Double(max(test.count, 1))
            return [
                oneLine(test.name), test.expectation, "\(test.count)", "\(test.failures.count)", "\(fixed(share, 1)) %",
                "\(fixed(100 * test.interval.lowerBound, 1)) to \(fixed(100 * test.interval.upperBound, 1)) %",
            ]
        }
        return table([["a change of", "score", "pairs", "wrong", "", "95 % interval"]] + rows)
            + tests.compactMap(\.failures.first).prefix(3).map { failure in
                "  '\(oneLine(failure.text))' \(fixed(failure.scores[0], 2)), '\(oneLine(failure.changed))' \(fixed(failure.scores[1], 2))"
            }
    }
}

extension AttributeGaps {
    fileprivate var lines: [String] {
        let rows = groups.sorted { $0.difference < $1.difference }.map { group in
            [
                oneLine(group.name), "\(group.terms)", points(group.difference),
                "\(points(group.interval.lowerBound)) to \(points(group.interval.upperBound))",
            ]
        }
        return table([[oneLine(attribute), "terms", "points", "95 % interval"]] + rows) + [
            "  gap \(fixed(100 * gap, 1)) points; the answer depends on the person in \(counted(flips, "template"))",
            "  '\(oneLine(extreme.texts[0]))' \(fixed(extreme.scores[0], 2)), '\(oneLine(extreme.texts[1]))' \(fixed(extreme.scores[1], 2))",
        ]
    }

    private func points(_ share: Double) -> String { (share < 0 ? "" : "+") + fixed(100 * share, 1) }
}
