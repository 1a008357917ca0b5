import TenorFiles

extension CorpusReport {
    /// The report for programs:
    ///
    /// - `corpus`, `rows`; `against`: the name and the rows of each other file;
    /// - `labels`: the rows of each label;
    /// - `characters` and, with a model, `tokens`: statistics and a histogram of lengths; `tokens` has the model's `limit`;
    /// - `scripts`: the rows of each writing system; `similarity`: the limit for near duplicates;
    /// - `findings`: the most severe first, each with `name`, `severity`, `count`, `what`, `advice`, and `examples`: lists of rows that belong
    ///   together, at most 1,000, of which the first have texts;
    /// - `spoiled`: whether a finding is an error, and `spoiled_by`: their names.
    package var json: String {
        var values: JSON.Object = [
            "corpus": .string(corpus.name), "rows": JSON(corpus.rows),
            "against": .array(others.map { ["name": .string($0.name), "rows": JSON($0.rows)] }),
            "labels": .array(labels.map { ["name": .string($0.name), "rows": JSON($0.rows)] }),
            "characters": .object(json(characters)),
        ]
        if let tokens {
            var statistics = json(tokens.lengths)
            statistics["limit"] = JSON(tokens.limit)
            statistics["truncated"] = JSON(tokens.lengths.rows(above: tokens.limit))
            values["tokens"] = .object(statistics)
        }
        values["scripts"] = .array(scripts.map { ["name": .string($0.name), "rows": JSON($0.rows)] })
        values["similarity"] = JSON(similarity)
        values["findings"] = .array(findings.map(json))
        values["spoiled"] = .bool(!spoiling.isEmpty)
        values["spoiled_by"] = .array(spoiling.map { .string($0) })
        return JSON.object(values).serialized(.readable) + "\n"
    }

    private func json(_ lengths: LengthHistogram) -> JSON.Object {
        [
            "mean": JSON(lengths.mean), "median": JSON(lengths.quantile(0.5)), "p90": JSON(lengths.quantile(0.9)),
            "p99": JSON(lengths.quantile(0.99)), "longest": JSON(lengths.longest),
            "histogram": .array(
                lengths.bins.map {
                    ["from": JSON($0.range.lowerBound), "below": JSON($0.range.upperBound), "rows": JSON($0.rows)]
                }),
        ]
    }

    private func json(_ finding: Finding) -> JSON {
        [
            "name": .string(finding.name.rawValue), "severity": .string(finding.severity.rawValue), "count": JSON(finding.count),
            "what": .string(finding.what), "advice": .string(finding.advice),
            "examples": .array(finding.examples.map { .array($0.map(json)) }),
        ]
    }

    private func json(_ row: Finding.Row) -> JSON {
        var values: JSON.Object = ["file": .string(row.file), "line": JSON(row.line)]
        if !row.label.isEmpty { values["label"] = .string(row.label) }
        if let text = row.text { values["text"] = .string(text) }
        if !row.note.isEmpty { values["note"] = .string(row.note) }
        return .object(values)
    }
}
