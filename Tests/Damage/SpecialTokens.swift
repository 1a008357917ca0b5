import Foundation
import TenorFiles
import TenorLayers
import TenorReading
import TenorVocabularies

/// Tokenizer folders of every kind, and settings for them that make ordinary pieces special tokens.
enum SpecialTokens {
    /// A byte-pair model, which no fixture has.
    static let bytePairs = Result<[UInt8], any Error> {
        let sentences = (0..<20).flatMap { number in
            ["the cat sat on the mat \(number)", "a naïve café, 123 and a3", "there is nothing like this thing"]
        }
        return try trainVocabulary(VocabularyRecipe(algorithm: .bpe, size: 120, characterCoverage: 1), on: sentences)
    }

    /// For each kind, pieces that texts can become.
    static let kinds: [String: [String]] = {
        var kinds: [String: [String]] = [:]
        let names = [
            "bpe", "rembert", "rembert-bytes", "rembert-char", "rembert-word", "albert", "xlm-roberta", "camembert", "bert", "roberta",
        ]
        for kind in names {
            let root = FileManager.default.temporaryDirectory.appending(path: "tenor-kinds-\(UUID())").path
            defer { try? FileManager.default.removeItem(atPath: root) }
            guard let folder = try? folder(kind, below: root), let tokenizer = try? loadTokenizer(folder: folder) else { continue }
            var random = Randomness(seed: 3)
            let ids = (0..<Int32(tokenizer.vocabularySize)).shuffled(using: &random).prefix(60)
            let short = (0..<Int32(tokenizer.vocabularySize)).filter { tokenizer.piece($0).unicodeScalars.count <= 2 }.prefix(60)
            let known = Set((0..<Int32(tokenizer.vocabularySize)).map(tokenizer.piece))
            kinds[kind] = (ids + short).map(tokenizer.piece) + ["3", "a", ",", "9", "▁", "▁the", "##s"].filter(known.contains)
        }
        return kinds
    }()

    /// The folder of a kind, without tokenizer settings except the class.
    static func folder(_ kind: String, below root: String) throws -> String {
        let (files, folder) = (FileManager.default, "\(root)/specials-\(kind)")
        if files.fileExists(atPath: folder) { return folder }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let source = Exercise.path("tokenizers/\(kind == "bpe" ? "rembert" : kind)")
        for name in try files.contentsOfDirectory(atPath: source) where name != "tokenizer_config.json" {
            if kind == "bpe", name == "sentencepiece.model" {
                try Data(bytePairs.get()).write(to: URL(filePath: "\(folder)/\(name)"))
            } else {
                try files.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "\(source)/\(name)")
            }
        }
        return folder
    }

    /// Settings for all kinds that assign one to three roles to pieces, by spelling or by id.
    static func settings(_ count: Int) -> [[UInt8]] {
        var random = Randomness(seed: 11)
        let roles = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token", "bos_token", "eos_token"]
        return kinds.sorted { $0.key < $1.key }.flatMap { kind, pieces in
            (0..<count / kinds.count).map { _ in
                var settings: JSON.Object = ["kind": .string(kind)]
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    settings[roles.randomElement(using: &random)!] = .string(pieces.randomElement(using: &random)!)
                }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: settings["in_map"] = .bool(true)
                case 1: settings["additional_special_tokens"] = .array([.string(pieces.randomElement(using: &random)!)])
                case 2:
                    let id = String(Int.random(in: 0..<100, using: &random))
                    let token: JSON = ["content": .string(pieces.randomElement(using: &random)!), "special": true]
                    settings["added_tokens_decoder"] = .object([id: token])
                default: break
                }
                return Array(JSON.object(settings).serialized().utf8)
            }
        }
    }
}
