import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// The answers of `tenor classify` in the requested format.
struct AnswerWriter {
    let style: AnswerStyle
    let format: Classify.Format
    let logits: Bool

    private static let columns = ["source", "row", "label", "labels", "probability"]
    private static let prefix = "label:"

    /// The name of a label's column: its own name, with a prefix if that could also be the name of another column.
    static func column(of label: String) -> String { columns.contains(label) || label.hasPrefix(prefix) ? prefix + label : label }

    /// What comes before the answers.
    var header: String {
        guard format == .csv else { return "" }
        let own =
            switch style.task {
            case .singleLabel: ["label", "probability"]
            case .multiLabel: ["labels"]
            case .regression: [String]()
            }
        return (["source", "row"] + own + style.labels.map(Self.column)).map(csvField).joined(separator: ",") + "\n"
    }

    /// The lines that answer a document. A blank one gets no label and no number.
    func lines(_ document: Document, _ answer: Answer) -> String {
        let values = answer.values
        let given = document.isBlank ? [] : style.given(values)
        switch format {
        case .text: return given.isEmpty ? textLine(document, "", nil) : given.map { textLine(document, $0 ?? "", $1) }.joined()
        case .csv:
            let all = values.map { document.isBlank ? "" : fixed($0, 6) }
            switch style.task {
            case .singleLabel where given.isEmpty: return csvLine(document, ["", ""] + all)
            case .singleLabel: return given.map { csvLine(document, [$0 ?? "", fixed($1, 6)] + all) }.joined()
            case .multiLabel: return csvLine(document, [joinedLabels(given.compactMap(\.label))] + all)
            case .regression: return csvLine(document, all)
            }
        case .jsonl: return jsonLine(document, answer, given)
        }
    }

    private func textLine(_ document: Document, _ label: String, _ value: Double?) -> String {
        let value = value.map { fixed($0, 4) } ?? ""
        // One number needs no name.
        let name = style.task == .regression && style.labels.count == 1 ? "" : "\t\(oneLine(label))"
        return "\(oneLine(document.source))\(name)\t\(value)\n"
    }

    private func csvLine(_ document: Document, _ fields: [String]) -> String {
        ([csvField(document.source), String(document.row)] + fields.map { $0.isEmpty ? "" : csvField($0) }).joined(separator: ",") + "\n"
    }

    private func jsonLine(_ document: Document, _ answer: Answer, _ given: [(label: String?, value: Double)]) -> String {
        var line: JSON.Object = ["source": .string(document.source), "row": JSON(document.row)]
        let values = answer.values
        func named(_ indices: [Int]) -> JSON {
            var json = JSON.Object()
            for index in indices { json[style.labels[index]] = JSON(values[index]) }
            return .object(json)
        }
        let all = document.isBlank ? [] : Array(values.indices)
        switch style.task {
        case .singleLabel:
            let likely = style.top.map { Array(ranking(values).prefix($0)).filter { values[$0] >= style.least } }
            line["label"] = given.first?.label.map { .string($0) } ?? .null
            line["probability"] = JSON(given.first?.value)
            line["probabilities"] = named(document.isBlank ? [] : likely ?? all)
        case .multiLabel:
            line["labels"] = .array(given.compactMap(\.label).map { .string($0) })
            line["probabilities"] = named(all)
        case .regression: line["values"] = named(all)
        }
        if document.isBlank {
            line["blank"] = true
        } else if logits {
            line["logits"] = .array(answer.logits.map { .number(JSON.Number($0)) })
        }
        line["truncated"] = JSON(answer.truncated)
        return JSON.object(line).serialized(.line) + "\n"
    }
}
