import TenorClassifying
import TenorMeasuring
import TenorReading

/// Answers as columns that are added to the rows of a table or of JSON objects.
struct TableAnswers {
    let style: AnswerStyle
    /// Whether each label has a column for its probability.
    let listsProbabilities: Bool
    /// What the names of the added columns begin with.
    let prefix: String

    /// The names of the added columns.
    var columns: [String] {
        let all = listsProbabilities ? style.labels.map(AnswerWriter.column) : []
        let names =
            switch style.task {
            case .singleLabel: ["label", "probability"] + all
            case .multiLabel: ["labels"] + all
            case .regression: style.labels.count == 1 ? ["value"] : style.labels.map { "value:\($0)" }
            }
        return names.map { prefix + $0 }
    }

    /// All texts that may be written, to be checked before there is work to lose.
    var texts: [String] { columns + style.labels + [style.unsureLabel].compactMap { $0 } }

    /// The document's row with its answer. A blank text gets no label, no probability and no number.
    func row(_ document: Document, _ answer: Answer, _ dialect: Dialect) -> [UInt8] {
        guard let row = document.original else { preconditionFailure("the rows of this table are kept") }
        if document.isBlank { return dialect.adding(columns.map { _ in .none }, to: row) }
        let values = answer.values
        let given = style.given(values)
        let all = listsProbabilities ? values.map { Dialect.Value.number(fixed($0, 6)) } : []
        switch style.task {
        case .singleLabel: return dialect.adding([text(given[0].label), .number(fixed(given[0].value, 6))] + all, to: row)
        case .multiLabel: return dialect.adding([.list(given.compactMap(\.label))] + all, to: row)
        case .regression: return dialect.adding(values.map { .number(fixed($0, 6)) }, to: row)
        }
    }

    private func text(_ label: String?) -> Dialect.Value { label.map { .text($0) } ?? .none }
}
