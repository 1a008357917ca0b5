/// What the name of a source says about its form.
enum NamedForm: Sendable {
    case csv
    case tsv
    /// `.jsonl`, `.ndjson` or `.jsonlines`.
    case jsonLines
    case json
    /// Any other extension, or none.
    case text
    case standardInput

    /// By the extension, in any case; a `.gz` or `.xz` after it does not count.
    init(_ source: String) {
        var name = source.lowercased()
        if let ending = Compression(ofName: name)?.ending { name.removeLast(ending.count) }
        let endings: [(String, NamedForm)] = [
            (".csv", .csv), (".tsv", .tsv), (".jsonl", .jsonLines), (".ndjson", .jsonLines), (".jsonlines", .jsonLines), (".json", .json),
        ]
        if source == "-" {
            self = .standardInput
        } else {
            self = endings.first { name.hasSuffix($0.0) }?.1 ?? .text
        }
    }

    /// Whether the name says that the source is JSON.
    var isJSON: Bool {
        switch self {
        case .jsonLines, .json: true
        case .csv, .tsv, .text, .standardInput: false
        }
    }
}
