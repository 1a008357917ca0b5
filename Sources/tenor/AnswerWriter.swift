import Reading
import Tuning

/// Writes the answers of `tenor classify` in the form that was asked for.
struct AnswerWriter {
    let labels: [String]
    let format: Classify.Format
    let top: Int
    let logits: Bool
    let threshold: Double

    func header() throws {
        guard format == .csv else { return }
        try Output.line((["source", "row", "label", "probability"] + labels).map(csvField).joined(separator: ","))
    }

    func write(_ document: Document, _ logits: [Float], truncated: Int) throws {
        let probabilities = probabilities(logits)
        let best = probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
        let chosen = best.prefix(top).filter { probabilities[$0] >= threshold }
        switch format {
        case .text:
            for index in chosen {
                try Output.line("\(document.source)\t\(labels[index])\t\(fixed(probabilities[index], 4))")
            }
        case .csv:
            for index in chosen {
                let fields = [document.source, String(document.row), labels[index], fixed(probabilities[index], 6)].map(csvField)
                try Output.line((fields + probabilities.map { fixed($0, 6) }).joined(separator: ","))
            }
        case .jsonl:
            guard let first = chosen.first else { return }
            var line = "{\"source\": \(jsonString(document.source)), \"row\": \(document.row), \"label\": \(jsonString(labels[first]))"
            line += ", \"probability\": \(probabilities[first]), \"probabilities\": {"
            let shown = top == 1 ? Array(labels.indices) : Array(chosen)
            line += shown.map { "\(jsonString(labels[$0])): \(probabilities[$0])" }.joined(separator: ", ") + "}"
            if self.logits { line += ", \"logits\": [\(logits.map { "\($0)" }.joined(separator: ", "))]" }
            try Output.line(line + ", \"truncated\": \(truncated)}")
        }
    }
}

/// With so many digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    guard value.isFinite, abs(value) < 1e15 / scale else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let fraction = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
