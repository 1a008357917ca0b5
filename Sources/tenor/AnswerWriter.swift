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

    func header() throws {
        guard format == .csv else { return }
        try Output.line((["source", "row", "label", "probability"] + labels).map(csvField).joined(separator: ","))
    }

    func write(_ document: Document, _ answer: Answer) throws {
        let probabilities = answer.probabilities
        let chosen = ranking(probabilities).prefix(top ?? 1).filter { probabilities[$0] >= threshold }
        guard let first = chosen.first else { return }
        switch format {
        case .text:
            for index in chosen {
                try Output.line("\(oneLine(document.source))\t\(oneLine(labels[index]))\t\(fixed(probabilities[index], 4))")
            }
        case .csv:
            for index in chosen {
                let fields = [document.source, String(document.row), labels[index], fixed(probabilities[index], 6)].map(csvField)
                try Output.line((fields + probabilities.map { fixed($0, 6) }).joined(separator: ","))
            }
        case .jsonl:
            var shown = JSON.Object()
            for index in top == nil ? Array(labels.indices) : chosen { shown[labels[index]] = .number(JSON.Number(probabilities[index])) }
            var line: JSON.Object = [
                "source": .string(document.source), "row": .number(JSON.Number(document.row)), "label": .string(labels[first]),
                "probability": .number(JSON.Number(probabilities[first])), "probabilities": .object(shown),
            ]
            if logits { line["logits"] = .array(answer.logits.map { .number(JSON.Number($0)) }) }
            line["truncated"] = .number(JSON.Number(answer.truncated))
            try Output.line(JSON.object(line).serialized(.line))
        }
    }
}
