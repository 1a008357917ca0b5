import Foundation
import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

/// What the mutation tests and the fuzz target do with arbitrary bytes: read them as one kind of file, and use everything in it. A folder
/// is a copy of a fixture's with one file replaced by the bytes; it is deleted with the exercise. A table is a separate file there.
package final class Exercise {
    package enum Format: CaseIterable, Sendable {
        case safeTensors, torch, json, index, configuration, modules, sentencePiece, words, merges, tokenizer, settings, specials, tsv, csv
        case jsonl, jsonArray, fastText, labelStudio, argilla, prodigy, doccano, gzip, xz, checkpoint, checkpointWeights, checkpointMetrics,
            checkpointRecords, checkpointScores, trainedRows
    }

    private let format: Format
    private lazy var interrupted = Result { try InterruptedRun(below: root) }
    private let root = FileManager.default.temporaryDirectory.appending(path: "tenor-damage-\(UUID())").path

    package init(_ format: Format) { self.format = format }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Returns whether the bytes are valid.
    @discardableResult package func callAsFunction(_ bytes: [UInt8]) -> Bool {
        do {
            try use(bytes)
            return true
        } catch {
            precondition(!"\(error)".isEmpty)
            return false
        }
    }

    private func use(_ bytes: [UInt8]) throws {
        switch format {
        case .safeTensors: read(try Weights(file: MappedFile(name: "model.safetensors", bytes: bytes)), limit: bytes.count)
        case .torch: read(try Weights(file: MappedFile(name: "pytorch_model.bin", bytes: bytes)), limit: bytes.count)
        case .json:
            let json = try bytes.withUnsafeBytes { try JSON(parsing: $0) }
            precondition((try? JSON(parsing: json.serialized())) == json, "what was written is not what was read")
            precondition((try? JSON(parsing: json.serialized(.indented))) == json, "what was written is not what was read")
        case .index: read(try Weights(copy(of: "weights/sharded", "model.safetensors.index.json", bytes)), limit: 1 << 16)
        case .configuration:
            let type = (try? bytes.withUnsafeBytes { try JSON(parsing: $0) })?["model_type"]?.string
            try classify(copy(of: "models/\(type.flatMap { Self.cases[$0] } ?? "bert-erf")", "config.json", bytes))
        case .modules: try classify(copy(of: "models/bert-mean", "modules.json", bytes))
        case .sentencePiece:
            // A model that this package runs itself must be one that the library accepts.
            if let model = try? SentencePieceModel(bytes, file: "model"), model.isOwn {
                precondition((try? SentencePieceLibrary(bytes, file: "model")) != nil, "the library refuses the model")
            }
            try tokenize(copy(of: "tokenizers/albert-cased", "spiece.model", bytes))
        case .words: try tokenize(copy(of: "tokenizers/bert", "vocab.txt", bytes))
        case .merges: try tokenize(copy(of: "tokenizers/roberta", "merges.txt", bytes))
        case .tokenizer: try tokenize(copy(of: "tokenizers/modernbert-flags", "tokenizer.json", bytes))
        case .settings: try tokenize(copy(of: "tokenizers/modernbert", "tokenizer_config.json", bytes))
        case .specials:
            let settings = try? bytes.withUnsafeBytes { try JSON(parsing: $0) }
            let kind = settings?["kind"]?.string.flatMap { SpecialTokens.kinds[$0] == nil ? nil : $0 } ?? "rembert"
            let isMap = settings?["in_map"]?.bool == true
            let folder = try SpecialTokens.folder(kind, below: root)
            let name = isMap ? "special_tokens_map.json" : "tokenizer_config.json"
            try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
            defer { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
            try tokenize(folder, more: SpecialTokens.kinds[kind]!.joined(separator: " ") + SpecialTokens.kinds[kind]!.joined())
        case .tsv: try readTable("table.tsv", bytes)
        case .csv: try readTable("table.csv", bytes)
        case .jsonl: try readTable("table.jsonl", bytes)
        case .jsonArray: try readTable("table.json", bytes)
        case .fastText: try readExport("export.txt", bytes)
        case .labelStudio, .argilla, .prodigy, .doccano: try readExport("export.json", bytes)
        // No deflate or LZMA data decompresses to more.
        case .gzip: try readTable("table.csv.gz", bytes, limit: 1_100 * bytes.count)
        case .xz: try readTable("table.csv.xz", bytes, limit: 20_000 * bytes.count)
        case .checkpoint, .checkpointWeights, .checkpointMetrics, .checkpointRecords, .checkpointScores:
            try interrupted.get().resume(with: bytes, as: format.checkpointFile!, below: root)
        case .trainedRows:
            let rows = try TrainedRows(folder: copy(of: "tables", TrainedRows.fileName, bytes))
            precondition(rows!.bytes.count <= bytes.count && rows!.count(of: ["a text"]) <= 1)
        }
    }

    /// A copy of a fixture's folder with one file replaced by the bytes. The other files are linked once.
    private func copy(of fixture: String, _ name: String, _ bytes: [UInt8]) throws -> String {
        let (files, folder, source) = (FileManager.default, "\(root)/\(fixture)", Self.path(fixture))
        if !files.fileExists(atPath: folder) {
            try! files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for other in try! files.contentsOfDirectory(atPath: source) where other != name {
                try! files.createSymbolicLink(atPath: "\(folder)/\(other)", withDestinationPath: "\(source)/\(other)")
            }
        }
        // Some file systems flush an overwritten file to disk at once, but not a new one.
        try? files.removeItem(atPath: "\(folder)/\(name)")
        try! Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        return folder
    }

    /// A model fixture for each model type.
    fileprivate static let cases: [String: String] = {
        let names = [
            "albert-inner2", "bert-erf", "camembert", "deberta-v2-conv", "distilbert", "electra", "gpt2", "modernbert-biased", "mpnet",
            "rembert", "roberta", "xlm-roberta", "xlnet-clamped",
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ((try? Configuration(folder: path("models/\($0)")).modelType) ?? $0, $0) })
    }()

    static func path(_ name: String, from file: String = #filePath) -> String {
        file[..<file.range(of: "/Tests/", options: .backwards)!.upperBound] + "Fixtures/" + name
    }

    private func read(_ weights: Weights, limit: Int) {
        for name in weights.names {
            guard let shape = weights.shape(of: name), let type = weights.dtype(of: name) else { preconditionFailure() }
            let count = shape.reduce(1, *)
            precondition(count * type.size <= limit, "'\(name)' is larger than its file")
            guard let matrix = try? weights.matrix(name, shape: shape, rows: 1, columns: count) else { continue }
            precondition(matrix.elements.count == count)
            _ = try? weights.nonFinite(among: [name])
        }
    }

    private func classify(_ folder: String) throws {
        let model = try ModelFolder(folder).classifier()
        let row = TokenRow(Array(repeating: 0, count: min(model.encoder.longestSequence, 9)))
        precondition(model.logits([row], threads: 1).count == model.labels.count)
    }

    private func readExport(_ name: String, _ bytes: [UInt8]) throws {
        let path = "\(root)/\(name)"
        try! FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: path)
        try! Data(bytes).write(to: URL(filePath: path))
        for wantsLabels in [false, true] {
            let rows = Self.documents(path, InputFormat(skipsBadRows: true), wantsLabels: wantsLabels, chunk: 5)
            let others = Self.documents(path, InputFormat(skipsBadRows: true), wantsLabels: wantsLabels, chunk: 1 << 16)
            precondition(rows == others, "rows depend on the chunks")
            precondition(rows.allSatisfy { ($0.labels != nil) == wantsLabels }, "labels are missing")
        }
        let kinds: [AnswerKind?] = [nil] + AnswerKind.allCases
        let formats = kinds.flatMap { [InputFormat(answers: $0), InputFormat(answers: $0, skipsBadRows: true)] }
        for format in formats {
            guard let corpus = try? readCorpus(path, format) else { continue }
            precondition(corpus.account.used == corpus.rows.count && corpus.answers.count == corpus.rows.count)
            precondition(corpus.rows.allSatisfy { $0.labels != nil })
            if let count = Self.records(in: bytes) { precondition(corpus.account.records == count, "records were lost") }
        }
        _ = try readCorpus(path)
    }

    /// How many elements the array in `bytes` has, or how many lines, without blank ones; nil if they are neither.
    private static func records(in bytes: [UInt8]) -> Int? {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
            return (try? bytes.withUnsafeBytes { try JSON(parsing: $0) })?.array?.count
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.dropLast().count { !$0.isEmpty && $0 != [UInt8(ascii: "\r")] } + (lines.last!.isEmpty ? 0 : 1)
    }

    /// `limit`: the most bytes that all texts together may have; by default as many as the file.
    private func readTable(_ name: String, _ bytes: [UInt8], limit: Int? = nil) throws {
        let path = "\(root)/\(name)"
        try! FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: path)
        try! Data(bytes).write(to: URL(filePath: path))
        // The result must not depend on the chunk size.
        let rows = Self.documents(path, InputFormat(skipsBadRows: true), chunk: 5)
        precondition(rows == Self.documents(path, InputFormat(skipsBadRows: true), chunk: 1 << 16), "rows depend on the chunks")
        precondition(rows.reduce(0) { $0 + $1.text.utf8.count } <= limit ?? bytes.count, "there are more texts than bytes")
        // Objects of an array may share a line.
        precondition(
            zip(rows, rows.dropFirst()).allSatisfy { $0.row < $1.row && ($0.line < $1.line || format == .jsonArray && $0.line == $1.line) },
            "rows are out of order")
        _ = Self.documents(path, InputFormat(hasHeader: false, encoding: .utf16), chunk: 1 << 16)
        if [.csv, .tsv, .jsonl].contains(format), let copy = Self.copy(path) {
            precondition(copy == bytes, "kept rows have other bytes")
        }
        let corpus = try readCorpus(path)
        precondition(corpus.rows.count == rows.count)
    }

    /// The documents of a table up to the first bad record that cannot be skipped.
    private static func documents(_ path: String, _ format: InputFormat, wantsLabels: Bool = false, chunk: Int) -> [Document] {
        var rows: [Document] = []
        do throws(CorpusError) {
            var reader = try DocumentReader(path, format, wantsLabels: wantsLabels, chunk: chunk) { precondition(!$0.description.isEmpty) }
            while let row = try reader.next() { rows.append(row) }
        } catch {
            precondition(!error.description.isEmpty)
        }
        return rows
    }

    /// What is kept of a file, with nothing added; nil if it is refused.
    private static func copy(_ path: String) -> [UInt8]? {
        do throws(CorpusError) {
            var reader = try DocumentReader(path, InputFormat(addedColumns: []), chunk: 5)
            var copy = reader.dialect.header ?? []
            while let document = try reader.next(), let row = document.original {
                copy += reader.dialect.encoded(row.before) + reader.dialect.adding([], to: row)
            }
            return copy + reader.dialect.encoded(reader.takeRemainder())
        } catch {
            return nil
        }
    }

    private func tokenize(_ folder: String, more: String = "") throws {
        let tokenizer = try loadTokenizer(folder: folder)
        let words = "a  The ﬁne １２,３ 9,9 <left> ab|||IP_ADDRESS||| café — naïve? [MASK] 日本 語\u{301}"
        for text in ["", words, String(repeating: "né ", count: 40), more] {
            let encoding = tokenizer.encode(text, maxLength: 1 << 20)
            // A larger id would be looked up outside the model's embedding table.
            precondition(encoding.ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize }, "an id beyond the vocabulary")
            precondition(encoding.offsets.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= text.utf8.count }, "offsets outside the text")
            precondition(tokenizer.ids(text, maxLength: 1 << 20).ids == encoding.ids)
        }
        _ = tokenizer.piece(tokenizer.unknownID)
    }
}

extension Exercise.Format {
    /// The checkpoint file that has this format.
    fileprivate var checkpointFile: String? {
        switch self {
        case .checkpoint: "state.json"
        case .checkpointWeights: "state.safetensors"
        case .checkpointMetrics: "metrics.json"
        case .checkpointRecords: "training.jsonl"
        case .checkpointScores: "trials.json"
        default: nil
        }
    }

    /// Valid files, from which damaged ones are made.
    package var seeds: [[UInt8]] {
        get throws {
            let names: [String] =
                switch self {
                case .safeTensors:
                    ["weights/state.safetensors", "weights/quantized.safetensors", "weights/sharded/model-00001-of-00002.safetensors"]
                case .torch: ["weights/state.bin", "weights/old_state.bin", "weights/views.bin", "weights/module.bin"]
                case .json, .index: ["weights/sharded/model.safetensors.index.json"]
                case .configuration: Exercise.cases.values.sorted().map { "models/\($0)/config.json" }
                case .modules: ["models/bert-mean/modules.json"]
                case .sentencePiece:
                    [
                        "albert-cased/spiece.model", "rembert-lower/sentencepiece.model", "deberta-v2/spm.model",
                        "rembert-char/sentencepiece.model", "rembert-word/sentencepiece.model",
                    ].map { "tokenizers/\($0)" }
                case .words: ["tokenizers/bert/vocab.txt"]
                case .merges: ["tokenizers/roberta/merges.txt"]
                case .tokenizer:
                    [
                        "tokenizers/modernbert-flags/tokenizer.json", "tokenizers/modernbert/tokenizer.json", "saved/5/bert/tokenizer.json",
                        "saved/5/deberta-v2-punct/tokenizer.json", "saved/5/camembert/tokenizer.json",
                    ]
                case .settings: ["tokenizers/modernbert/tokenizer_config.json"]
                case .specials: [String]()
                case .tsv: ["tables/seed.tsv"]
                case .csv: ["tables/seed.csv"]
                case .jsonl, .jsonArray: ["tables/seed.jsonl"]
                case .fastText: ["exports/fasttext.txt"]
                case .labelStudio: ["", "-truth", "-min"].map { "exports/label-studio\($0).json" }
                case .argilla:
                    [".json", "-flat.jsonl", "-server.jsonl", "-v1.jsonl", "-v1-columns.json", "-classification.jsonl"].map {
                        "exports/argilla\($0)"
                    }
                case .prodigy: ["exports/prodigy.jsonl", "exports/prodigy-binary.jsonl"]
                case .doccano: ["exports/doccano.jsonl", "exports/doccano-data.json", "exports/doccano-old.jsonl"]
                case .gzip, .xz: ["tables/seed.csv"]
                case .checkpoint, .checkpointWeights, .checkpointMetrics, .checkpointRecords, .checkpointScores, .trainedRows: [String]()
                }
            let files = try names.map { [UInt8](try Data(contentsOf: URL(filePath: Exercise.path($0)))) }
            let json = #"{"a": [1, -2.5e-3, true, false, null], "é\n\u00e9\ud83d\ude00": {"": "😀"}, "n": 12345678901234567890}"#
            let listed =
                #"{"tokenizer_class": "PreTrainedTokenizerFast", "added_tokens_decoder": {"900": {"content": "|||IP_ADDRESS|||"}}}"#
            return switch self {
            case .json: files + [Array(json.utf8)]
            case .settings: files + [Array(listed.utf8)]
            case .jsonArray:
                files.map { lines in
                    let objects = lines.split(separator: UInt8(ascii: "\n")).joined(separator: Array(",\n".utf8))
                    return Array("[".utf8) + objects + Array("]\n".utf8)
                }
            case .gzip: files.flatMap { [gzipped($0), gzipped(Array($0.prefix(20))) + gzipped(Array($0.dropFirst(20)))] }
            case .xz: files.map(xzipped)
            case .sentencePiece: files + [try SpecialTokens.bytePairs.get()]
            case .specials: SpecialTokens.settings(400)
            case .trainedRows: [TrainedRows(["a text", "another text"]).bytes]
            case .checkpoint, .checkpointWeights, .checkpointMetrics, .checkpointRecords, .checkpointScores:
                [try InterruptedRun.files.get()[checkpointFile!]!]
            default: files
            }
        }
    }
}
