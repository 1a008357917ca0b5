import Foundation
import TenorReading
import Testing

/// Settings that make ordinary pieces special tokens: no text may then have their ids, and none may crash the process.
@Suite struct SpecialPieceTests {
    /// A handmade SentencePiece model: a type (1 unigram, 2 byte pairs, 3 words, 4 characters) and pieces with their scores and types.
    private static func model(_ type: UInt8, _ pieces: [(String, Float, UInt8)], bytes: Bool = false) -> [UInt8] {
        func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(payload.count)] + payload }
        let byByte: [(String, Float, UInt8)] = bytes ? (0..<256).map { (String(format: "<0x%02X>", $0), 0, 6) } : []
        let listed = ([("<unk>", Float(0), UInt8(2))] + pieces + byByte).flatMap { spelling, score, type in
            let number = (0..<4).map { UInt8(score.bitPattern >> ($0 * 8) & 255) }
            return field(1, field(1, Array(spelling.utf8)) + [2 << 3 | 5] + number + [3 << 3, type])
        }
        // Field 35 of the trainer's settings enables byte fallback.
        return listed + field(2, [3 << 3, type] + (bytes ? [35 << 3 & 0x7F | 0x80, 2, 1] : []))
    }

    private static let pieces: [(String, Float, UInt8)] = [
        ("▁", -9, 1), ("a", -8, 1), ("3", -7, 1), ("▁a", -1, 1), ("3a", -2, 1), ("▁a3", -1.5, 1), (",", -6, 1), ("9", -6, 1), ("9,", -3, 1),
    ]

    private func tokenizer(_ model: [UInt8], _ name: String, _ settings: String) throws -> any Tokenizer {
        let folder = try Scratch(["sentencepiece.model": model, "config.json": Array(#"{"model_type":"rembert"}"#.utf8)])
        try folder.write(name, settings)
        return try loadTokenizer(folder: folder.path)
    }

    /// The ids of a text without the special tokens around it.
    private func inside(_ text: String, _ tokenizer: any Tokenizer) -> [Int32] {
        let encoding = tokenizer.encode(text, maxLength: 1 << 20)
        #expect(tokenizer.ids(text, maxLength: 1 << 20).ids == encoding.ids)
        return Array(encoding.ids.dropFirst().dropLast())
    }

    @Test(arguments: [UInt8](1...4), ["tokenizer_config.json", "special_tokens_map.json"])
    func aPieceThatIsASpecialTokenIsUnknownInText(type: UInt8, file: String) throws {
        let tokenizer = try tokenizer(Self.model(type, Self.pieces), file, #"{"pad_token":"3"}"#)
        #expect(tokenizer.piece(3) == "3")
        // If "▁a3" is a piece, it stays one: its 3 cannot be mistaken for padding.
        let expected: [[Int32]] =
            switch type {
            case 3: [[6], [0], [0]]
            case 4: [[1, 2, 0], [1, 0], [1, 2, 0]]
            default: [[6], [1, 0], [6, 0]]
            }
        #expect(["a3", "3", "a33"].map { inside($0, tokenizer) } == expected)
    }

    @Test(
        arguments: [
            #"{"added_tokens_decoder":{"3":{"content":"3","special":true}}}"#,
            #"{"added_tokens_decoder":{"3":{"content":"[NEW]","special":true}}}"#, #"{"additional_special_tokens":["3"]}"#,
            #"{"mask_token":{"content":"3"}}"#,
        ], [UInt8](1...4))
    func noTextHasTheNumberOfASpecialToken(settings: String, type: UInt8) throws {
        let tokenizer = try tokenizer(Self.model(type, Self.pieces), "tokenizer_config.json", settings)
        for text in ["a3", "3", "a33 3a3", "33333"] { #expect(!inside(text, tokenizer).contains(3), "\(text)") }
    }

    @Test func aBytesPieceMayBeASpecialToken() throws {
        for type: UInt8 in [1, 2, 4] {
            let tokenizer = try tokenizer(
                Self.model(type, Self.pieces, bytes: true), "tokenizer_config.json", #"{"pad_token":"<0x78>"}"#)
            #expect(!inside("axa", tokenizer).map(tokenizer.piece).contains("<0x78>"))
            #expect(inside("axa", tokenizer).contains(tokenizer.unknownID))
        }
    }

    /// ALBERT and XLNet look up the comma on its own.
    @Test func aCommaThatIsASpecialTokenIsUnknownAfterDigits() throws {
        let folder = try Scratch(["spiece.model": Self.model(1, Self.pieces), "config.json": Array(#"{"model_type":"xlnet"}"#.utf8)])
        try folder.write("tokenizer_config.json", #"{"pad_token":","}"#)
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(!inside("a9, 9,", tokenizer).map(tokenizer.piece).contains(","))
    }

    @Test func aControlSymbolOfTheModelsOwnIsUnknownInText() throws {
        for type: UInt8 in 1...4 {
            let pieces = Self.pieces + [("x", 0, 3), ("▁xx", 0, 3)]
            let model = try SentencePieceModel(Self.model(type, pieces), file: "model")
            var found: [String] = []
            for var text in ["axa", "x", "xx a"] {
                text.withUTF8 { model.encode($0) { found.append("\($0.id)") } }
            }
            #expect(found.contains("0"))
            #expect(!found.contains("10") && !found.contains("11"))
        }
    }

    @Test(arguments: ["tokenizer_config.json", "special_tokens_map.json"])
    func aWordPieceThatIsASpecialTokenIsUnknownInText(file: String) throws {
        let folder = try Scratch(["config.json": Array(#"{"model_type":"bert"}"#.utf8)])
        try folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##3\n3\nb")
        try folder.write(file, ###"{"pad_token":"3","mask_token":"##3"}"###)
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(inside("a3 3 a b", tokenizer) == [1, 1, 5, 8])
    }

    @Test func aWordPieceWithTheNumberOfASpecialTokenIsUnknownInText() throws {
        let folder = try Scratch([
            "vocab.txt": Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb".utf8), "config.json": Array(#"{"model_type":"bert"}"#.utf8),
        ])
        try folder.write("tokenizer_config.json", #"{"added_tokens_decoder":{"5":{"content":"[NEW]","special":true}}}"#)
        #expect(inside("a b", try loadTokenizer(folder: folder.path)) == [1, 6])
    }

    @Test(arguments: [#"{"pad_token":"b"}"#, #"{"added_tokens_decoder":{"6":{"content":"[NEW]","special":true}}}"#])
    func aByteThatIsASpecialTokenIsUnknownInText(settings: String) throws {
        let folder = try Scratch(["config.json": Array(#"{"model_type":"roberta"}"#.utf8)])
        try folder.write("vocab.json", #"{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":5,"b":6,"ab":7}"#)
        try folder.write("merges.txt", "#version: 0.2\na b\n")
        try folder.write("tokenizer_config.json", settings)
        #expect(inside("baba", try loadTokenizer(folder: folder.path)) == [3, 7, 5])
    }
}
