/// What a classifier is audited with, from three tables in a folder:
///
/// - `behaviour.csv`, with the columns `test`, `score`, `text` and `changed`: a text, the same text after a change, and what the change should do to
///   the score: `same`, `rise` or `fall`.
/// - `templates.csv`, with a column `template`: texts with `{term}`, or `{Term}` where a sentence begins, in the place of a person.
/// - `terms.csv`, with the columns `attribute`, `group` and `term`: names for people, by what they are told apart by.
package struct AuditCases: Sendable {
    package enum Expectation: String, Sendable, CaseIterable { case same, rise, fall }

    package struct Change: Sendable {
        package let test: String
        package let expectation: Expectation
        package let text: String
        package let changed: String
    }

    package struct Term: Sendable {
        package let attribute: String
        package let group: String
        package let term: String
    }

    package let changes: [Change]
    package let templates: [String]
    package let terms: [Term]

    /// - Throws: ``CorpusError`` if a table is missing or cannot be read; ``AuditError`` if a row is not as above.
    package init(folder: String) throws {
        changes = try Self.rows("\(folder)/behaviour.csv", text: "text", pair: "changed", labels: ["test", "score"]).map { row in
            guard let expectation = Expectation(rawValue: row.labels![1]) else {
                throw AuditError.badExpectation(file: row.source, line: row.line, value: row.labels![1])
            }
            return Change(test: row.labels![0], expectation: expectation, text: row.text, changed: row.second!)
        }
        templates = try Self.rows("\(folder)/templates.csv", text: "template", labels: []).map { row in
            guard row.text.contains("{term}") || row.text.contains("{Term}") else {
                throw AuditError.noPlace(file: row.source, line: row.line)
            }
            return row.text
        }
        terms = try Self.rows("\(folder)/terms.csv", text: "term", labels: ["attribute", "group"]).map { row in
            Term(attribute: row.labels![0], group: row.labels![1], term: row.text)
        }
        for attribute in terms.map(\.attribute) where Set(terms.filter { $0.attribute == attribute }.map(\.group)).count < 2 {
            throw AuditError.oneGroup(file: "\(folder)/terms.csv", attribute: attribute)
        }
    }

    private static func rows(_ file: String, text: String, pair: String? = nil, labels: [String]) throws(CorpusError) -> [Document] {
        let format = InputFormat(form: .csv, textColumns: [text], pairColumn: pair, labelColumns: labels)
        var reader = try DocumentReader(file, format, wantsLabels: !labels.isEmpty)
        var rows: [Document] = []
        while let row = try reader.next() { rows.append(row) }
        return rows
    }
}

extension AuditCases.Term {
    /// A template with the term in its place.
    package func filled(_ template: String) -> String {
        let capital = term.prefix(1).uppercased() + term.dropFirst()
        return template.replacing("{term}", with: term).replacing("{Term}", with: capital)
    }
}
