import TenorMeasuring
import TenorReading

extension TextClassifier {
    /// What the classifier answers to the texts of an audit.
    ///
    /// - Parameters:
    ///   - name: the classifier's name in the report.
    ///   - output: the number of the label whose probability is the score.
    ///   - hasDirection: whether a more positive text should have a higher score. Otherwise only people are exchanged.
    /// - Returns: nil if an answer is not a finite number.
    package func audit(_ cases: AuditCases, name: String, output: Int, hasDirection: Bool) -> AuditReport? {
        let changes = hasDirection ? cases.changes : []
        let filled = cases.templates.map { template in cases.terms.map { $0.filled(template) } }
        let texts = changes.flatMap { [$0.text, $0.changed] } + filled.joined()
        var answers: [Answer] = []
        answer(texts.map { InputText($0) }) { answers.append($0) }
        guard answers.allSatisfy({ $0.logits.allSatisfy(\.isFinite) }) else { return nil }
        let scores = answers.map { $0.values[output] }
        let labels = answers.map { given($0.values).map { model.labels[$0] }.sorted().joined(separator: ", ") }
        let start = 2 * changes.count
        func row<Value>(_ values: [Value], _ template: Int) -> ArraySlice<Value> {
            values[start + template * cases.terms.count..<start + (template + 1) * cases.terms.count]
        }
        let attributes = cases.terms.reduce(into: [String]()) { if !$0.contains($1.attribute) { $0.append($1.attribute) } }
        let gaps = attributes.map { attribute in
            let places = cases.terms.indices.filter { cases.terms[$0].attribute == attribute }
            func chosen<Value>(_ values: [Value]) -> [[Value]] {
                cases.templates.indices.map { template in
                    let row = row(values, template)
                    return places.map { row[row.startIndex + $0] }
                }
            }
            return AttributeGaps(
                attribute: attribute, groups: places.map { cases.terms[$0].group },
                texts: filled.map { row in places.map { row[$0] } }, scores: chosen(scores), answers: chosen(labels), threads: threads)
        }
        return AuditReport(
            model: name, label: model.labels[output], tests: Self.tests(changes, labels, scores), templates: cases.templates.count,
            attributes: gaps)
    }

    private static func tests(_ changes: [AuditCases.Change], _ labels: [String], _ scores: [Double]) -> [AuditReport.Test] {
        // Changes of one name may be expected to do different things. They are tests of their own.
        let firsts = changes.indices.filter { place in
            !changes[..<place].contains { ($0.test, $0.expectation) == (changes[place].test, changes[place].expectation) }
        }
        return firsts.map { first in
            let (name, expectation) = (changes[first].test, changes[first].expectation)
            let places = changes.indices.filter { (changes[$0].test, changes[$0].expectation) == (name, expectation) }
            let failures = places.compactMap { place -> AuditReport.Failure? in
                let change = changes[place]
                let (answers, found) = (Array(labels[2 * place..<2 * place + 2]), Array(scores[2 * place..<2 * place + 2]))
                let isRight =
                    switch change.expectation {
                    case .same: answers[0] == answers[1]
                    case .rise: found[1] > found[0]
                    case .fall: found[1] < found[0]
                    }
                return isRight ? nil : AuditReport.Failure(text: change.text, changed: change.changed, answers: answers, scores: found)
            }
            return AuditReport.Test(
                name: name, expectation: expectation.rawValue, count: places.count, failures: failures)
        }
    }
}
