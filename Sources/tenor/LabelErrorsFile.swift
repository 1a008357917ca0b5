import TenorFiles
import TenorMeasuring
import TenorReading
import TenorTraining

/// The tables that `tenor check` writes about the labels of a corpus.
struct LabelErrorsFile {
    let corpus: CorpusScan
    let found: LabelErrors

    /// Writes the rows whose labels are probably wrong, the least probable label first.
    func writeIssues(to path: String) throws {
        let lines = zip(found.issues, found.texts).lazy.map { issue, text in
            [csvField(text.shown), csvField(corpus.labels[issue.given]), csvField(corpus.labels[issue.likely])]
                + [fixed(issue.likelyProbability, 6), fixed(issue.givenProbability, 6)] + place(found.rows[issue.row])
        }
        try write(["text", "label", "likely_label", "likely_probability", "label_probability", "file", "line"], lines, to: path)
    }

    /// Writes all probabilities, in the order of the rows.
    func writeProbabilities(to path: String) throws {
        let lines = found.rows.indices.lazy.map { row in
            place(found.rows[row]) + [csvField(corpus.labels[found.labels[row]])] + found.probabilities[row].map { "\($0)" }
        }
        try write(["file", "line", "label"] + corpus.labels.map { csvField("p_\($0)") }, lines, to: path)
    }

    private func place(_ row: Int) -> [String] {
        let place = corpus.places.place(of: row)
        return [csvField(place.file), "\(place.line)"]
    }

    private func write(_ header: [String], _ lines: some Sequence<[String]>, to path: String) throws {
        try ReplacingFile.write(to: path) { file in
            var chunk = header.joined(separator: ",") + "\n"
            for line in lines {
                chunk += line.joined(separator: ",") + "\n"
                guard chunk.utf8.count > 1 << 16 else { continue }
                try Array(chunk.utf8).withUnsafeBytes { try file.write($0) }
                chunk = ""
            }
            try Array(chunk.utf8).withUnsafeBytes { try file.write($0) }
        }
    }
}
