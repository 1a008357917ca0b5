import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// Writes the answers of `tenor classify` in the requested format.
struct AnswerWriter {
    let labels: [String]
    let format: Classify.Format
    /// The number of labels to give for each text; nil for the best one or, in formats that list all probabilities, all of them.
    let top: Int?
    let logits: Bool
    let threshold: Double
    /// The label of a text for which no label is as probable as the threshold; nil for an empty one.
    let unsureLabel: String?

    private static let columns = ["source", "row", "label", "probability"]
    private static let prefix = "label:"

    /// The name of a label's column: its own name, with a prefix if that could also be the name of another column.
    static func column(of label: String) -> String { columns.contains(label) || label.hasPrefix(prefix) ? prefix + label : label }

    func header() throws {
        guard format == .csv else { return }
        try Output.line((Self.columns + labels.map(Self.column)).map(csvField).joined(separator: ","))
    }

    /// Writes the answer to a document. A blank one gets no label.
    func write(_ document: Document, _ answer: Answer) throws {
        if document.isBlank { return try writeBlank(document, truncated: answer.truncated) }
        let probabilities = answer.probabilities
        let likely = ranking(probabilities).prefix(top ?? 1)
        let chosen = likely.filter { probabilities[$0] >= threshold }
        let given = chosen.isEmpty ? [(unsureLabel, probabilities[likely[0]])] : chosen.map { (labels[$0], probabilities[$0]) }
        switch format {
        case .text: for (label, probability) in given { try writeText(document, label ?? "", fixed(probability, 4)) }
        case .csv:
            for (label, probability) in given {
                try writeCSV(document, label ?? "", fixed(probability, 6), probabilities.map { fixed($0, 6) })
            }
        case .jsonl:
            var shown = JSON.Object()
            for index in top == nil ? Array(labels.indices) : chosen { shown[labels[index]] = .number(JSON.Number(probabilities[index])) }
            var line = start(document)
            line["label"] = given[0].0.map { .string($0) } ?? .null
            line["probability"] = .number(JSON.Number(given[0].1))
            line["probabilities"] = .object(shown)
            if logits { line["logits"] = .array(answer.logits.map { .number(JSON.Number($0)) }) }
            try writeJSON(line, truncated: answer.truncated)
        }
    }

    private func writeBlank(_ document: Document, truncated: Int) throws {
        switch format {
        case .text: try writeText(document, "", "")
        case .csv: try writeCSV(document, "", "", labels.map { _ in "" })
        case .jsonl:
            var line = start(document)
            (line["label"], line["probability"], line["probabilities"], line["blank"]) = (.null, .null, [:], true)
            try writeJSON(line, truncated: truncated)
        }
    }

    private func writeText(_ document: Document, _ label: String, _ probability: String) throws {
        try Output.line("\(oneLine(document.source))\t\(oneLine(label))\t\(probability)")
    }

    private func writeCSV(_ document: Document, _ label: String, _ probability: String, _ probabilities: [String]) throws {
        let fields = [csvField(document.source), String(document.row), label.isEmpty ? "" : csvField(label), probability]
        try Output.line((fields + probabilities).joined(separator: ","))
    }

    private func start(_ document: Document) -> JSON.Object {
        ["source": .string(document.source), "row": .number(JSON.Number(document.row))]
    }

    private func writeJSON(_ line: JSON.Object, truncated: Int) throws {
        var line = line
        line["truncated"] = .number(JSON.Number(truncated))
        try Output.line(JSON.object(line).serialized(.line))
    }
}
