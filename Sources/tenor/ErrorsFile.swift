import TenorFiles
import TenorMeasuring
import TenorReading

/// The table of wrong answers that `tenor evaluate --errors` writes.
struct ErrorsFile {
    let path: String
    let labels: [String]

    private static let header = "text,label,answer,probability,label_probability,record\n"

    /// Writes the kept errors, most confident first, completely or not at all.
    func write(_ errors: [WrongAnswer]) throws {
        try ReplacingFile.write(to: path) { file in
            var chunk = Self.header
            for error in errors {
                chunk += line(error)
                if chunk.utf8.count > 1 << 16 {
                    try Array(chunk.utf8).withUnsafeBytes { try file.write($0) }
                    chunk = ""
                }
            }
            try Array(chunk.utf8).withUnsafeBytes { try file.write($0) }
        }
    }

    private func line(_ error: WrongAnswer) -> String {
        let fields = [
            csvField(error.text), csvField(labels[error.truth]), csvField(labels[error.answer]), fixed(error.probability, 6),
            fixed(error.truthProbability, 6), "\(error.record)",
        ]
        return fields.joined(separator: ",") + "\n"
    }
}
