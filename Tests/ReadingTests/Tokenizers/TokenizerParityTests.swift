import Foundation
import TenorReading
import Testing

@Suite struct TokenizerParityTests {
    @Test func thereAreAtLeastAHundredTextsAndEveryKindHasExpectations() throws {
        #expect(Fixtures.texts.count >= 100)
        #expect(Fixtures.kinds.count >= 32)
    }

    @Test(arguments: Fixtures.kinds)
    func idsEqualTheReference(kind: String) throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
        try expectEqual(tokenizer, Fixtures.decode("\(kind).json"))
    }

    /// Spellings of special tokens, tested alone, repeated, inside words and next to punctuation.
    private static let specials = [
        "[CLS]", "[SEP]", "[MASK]", "[PAD]", "<s>", "</s>", "<pad>", "<mask>", "<cls>", "<sep>", "<eop>", "<eod>", "<s>NOTUSED",
        "</s>NOTUSED",
        "<unk>NOTUSED", "<|endoftext|>",
    ]

    @Test(arguments: Fixtures.kinds)
    func noTextHasASpecialID(kind: String) throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
        let names = Set(Self.specials)
        let ids = Set((0..<Int32(tokenizer.vocabularySize)).filter { names.contains(tokenizer.piece($0)) })
            .subtracting([tokenizer.unknownID])
        // GPT-2's only special token is its unknown token.
        #expect(!ids.isEmpty || kind.hasPrefix("gpt2"))
        var texts = Fixtures.texts
        for name in Self.specials + ["[UNK]", "<unk>"] {
            texts += [
                name, "a \(name) b", "a\(name)b", " \(name)\t\(name)\n", "\(name)\(name)", "(\(name))", name.lowercased(),
                name.uppercased(),
            ]
        }
        for text in texts {
            let encoding = tokenizer.encode(text, maxLength: 1 << 20)
            // The special tokens around a text have empty offsets.
            let inside = zip(encoding.ids, encoding.offsets).filter { !$1.isEmpty }.map(\.0)
            #expect(ids.isDisjoint(with: inside), "\(text.debugDescription)")
        }
    }

    /// Letters that are canonically equivalent in Unicode, which Swift's strings treat as equal.
    @Test(arguments: ["vocab.txt", "tokenizer.json"])
    func piecesOfOneMeaningAndOtherBytesAreTwo(file: String) throws {
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u{C5}", "\u{212B}", "A\u{30A}", "\u{51C9}", "\u{F979}"]
        let vocab = pieces.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
        let steps = #""normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"}"#
        let template = #"{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}"#
        let whole = #"{\#(steps),"post_processor":\#(template),"model":{"type":"WordPiece","vocab":{\#(vocab)}}}"#
        let folder = try Scratch()
        try folder.write(file, file == "vocab.txt" ? pieces.joined(separator: "\n") : whole)
        try folder.write("tokenizer_config.json", #"{"tokenizer_class":"BertTokenizer","do_lower_case":false}"#)
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(tokenizer.vocabularySize == pieces.count)
        // Where accents are kept, the slow tokenizer composes letters and the steps of tokenizer.json do not.
        let last: Int32 = file == "vocab.txt" ? 5 : 6
        #expect(tokenizer.ids("\u{51C9} \u{C5} \u{212B}", maxLength: 9).ids == [2, 8, 5, last, 3])
    }

    /// transformers uses only tokenizer_config.json, which does not have this setting here.
    @Test func aPrefixThatOnlyTokenizerJSONAsksForIsNotPut() throws {
        let whole = String(decoding: try Fixtures.bytes("modernbert", "tokenizer.json"), as: UTF8.self)
        let asking = whole.replacing(#""add_prefix_space":false"#, with: #""add_prefix_space":true"#)
        #expect(asking != whole)
        let folder = try Scratch()
        try folder.write("tokenizer.json", asking)
        try folder.write("tokenizer_config.json", Fixtures.bytes("modernbert", "tokenizer_config.json"))
        try folder.write("config.json", #"{"model_type":"modernbert"}"#)
        try expectEqual(loadTokenizer(folder: folder.path), Fixtures.decode("modernbert.json"))
    }

    @Test func aLongWordOfBytePairsTakesNoLongerThanItsLength() throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent("gpt2").path)
        func seconds(_ count: Int) -> Double {
            let text = String(repeating: "understatement", count: count)
            func now() -> Double {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
            }
            return (0..<5).map { _ in
                let start = now()
                _ = tokenizer.ids(text, maxLength: 8)
                return now() - start
            }.min() ?? 0
        }
        // Sixteen times the length would take 256 times as long in quadratic time.
        #expect(seconds(3200) < 80 * seconds(200))
    }

    /// The library is the reference for the normalisation and the offsets, but for the pieces only where no two paths are equally good.
    @Test func normalisedTextAndOffsetsAreTheLibrarys() throws {
        var compared = 0
        for kind in Fixtures.kinds {
            let folder = Fixtures.folder.appendingPathComponent(kind)
            guard let name = try FileManager.default.contentsOfDirectory(atPath: folder.path).first(where: { $0.hasSuffix(".model") })
            else { continue }
            let model = try SentencePieceModel(Fixtures.bytes(kind, name), file: name)
            guard model.isOwn else { continue }
            let judge = try SentencePieceLibrary(Fixtures.bytes(kind, name), file: name)
            for text in Fixtures.texts {
                var text = text
                var own: [(id: Int32, start: Int, end: Int, spelling: String)] = []
                var judged = own
                text.withUTF8 { bytes in
                    model.encode(bytes) { own.append(($0.id, $0.start, $0.end, String(decoding: $0.spelling, as: UTF8.self))) }
                    judge.encode(bytes) { judged.append(($0.id, $0.start, $0.end, String(decoding: $0.spelling, as: UTF8.self))) }
                }
                guard own.map(\.id) == judged.map(\.id) else {
                    #expect(own.map(\.spelling).joined() == judged.map(\.spelling).joined(), "\(kind): \(text.debugDescription)")
                    continue
                }
                compared += 1
                #expect(own.map(\.start) == judged.map(\.start), "\(kind): \(text.debugDescription)")
                #expect(own.map(\.end) == judged.map(\.end), "\(kind): \(text.debugDescription)")
                #expect(own.map(\.spelling) == judged.map(\.spelling), "\(kind): \(text.debugDescription)")
            }
        }
        #expect(compared > 1500)
    }

    /// A long text is segmented one run at a time. The reference is a plain search over the whole text, also in single precision, so that
    /// paths that are equally good up to rounding give the same result: "noooo" has many, and far into a text their scores are rounded
    /// coarsely.
    @Test func aLongTextIsSegmentedAsAWhole() throws {
        var judged = 0
        for kind in Fixtures.kinds {
            let folder = Fixtures.folder.appendingPathComponent(kind)
            guard let name = try FileManager.default.contentsOfDirectory(atPath: folder.path).first(where: { $0.hasSuffix(".model") })
            else { continue }
            let model = try SentencePieceModel(Fixtures.bytes(kind, name), file: name)
            let ids = 0..<Int32(model.size)
            // User-defined symbols and byte pieces would complicate the reference.
            let isUnigram = SentencePieceFile.modelType(try Fixtures.bytes(kind, name)) == .unigram
            guard model.isOwn, isUnigram, !ids.contains(where: { model.score($0) == 0 && model.isText($0) }) else { continue }
            var text = Fixtures.texts.prefix(300).map { "n\(String(repeating: "o", count: $0.utf8.count % 23)) \($0)" }.joined(
                separator: " ")
            // A word so long that its path is stored differently from a short one's.
            text += " " + Fixtures.texts.joined().filter { $0 != " " } + String(repeating: "no", count: 9000) + "\u{1F600}\u{1F600}n"
            var normalized: [UInt8] = []
            var found: [Int32] = []
            text.withUTF8 { bytes in
                model.encode(bytes) {
                    found.append($0.id)
                    normalized += $0.spelling
                }
            }
            let pieces = Dictionary(ids.filter(model.isText).map { (Array(model.piece($0).utf8), $0) }) { first, _ in first }
            #expect(found == plainSegmentation(normalized, pieces, model), "\(kind)")
            judged += 1
        }
        #expect(judged > 3)
    }

    /// Long texts are rewritten in parts. The ids of WordPiece are those of its words, so the reference is one text at a time. If a
    /// SentencePiece or BPE model follows, the reference is the variant that keeps offsets, which takes the text as a whole.
    @Test func aLongTextIsRewrittenAsAWhole() throws {
        // With line ends, spaces and marks where a part may end. The "x" keeps a text's leading mark off the space before it.
        let texts = (0..<12).flatMap { round in Fixtures.texts.map { "x\($0)\(["", " ", "\n", " \u{301}Σ"][round % 4])" } }
        let long = texts.joined(separator: " ")
        #expect(long.utf8.count > 1 << 17)
        for kind in Fixtures.kinds {
            let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
            let ids = tokenizer.ids(long, maxLength: .max).ids
            guard tokenizer.kind.name.contains("WordPiece") else {
                #expect(ids == tokenizer.encode(long, maxLength: .max).ids, "\(kind)")
                continue
            }
            let offsets = tokenizer.encode(long, maxLength: .max).offsets.dropFirst().dropLast()
            var judged: (ids: [Int32], offsets: [Range<Int>]) = ([], [])
            var start = 0
            for text in texts {
                let encoding = tokenizer.encode(text, maxLength: .max)
                judged.ids += encoding.ids.dropFirst().dropLast()
                judged.offsets += encoding.offsets.dropFirst().dropLast().map { $0.lowerBound + start..<$0.upperBound + start }
                start += text.utf8.count + 1
            }
            #expect(ids.dropFirst().dropLast().elementsEqual(judged.ids), "\(kind)")
            #expect(offsets.elementsEqual(judged.offsets), "\(kind)")
        }
    }

    private func plainSegmentation(_ text: [UInt8], _ pieces: [[UInt8]: Int32], _ model: SentencePieceModel) -> [Int32] {
        let longest = pieces.keys.map(\.count).max() ?? 0
        let unknownScore = (pieces.values.map(model.score).min() ?? 0) - 10
        var best: [(score: Float, start: Int, id: Int32)?] = Array(repeating: nil, count: text.count + 1)
        best[0] = (0, 0, -1)
        for start in text.indices where text[start] & 0xC0 != 0x80 {
            let width = text[(start + 1)...].prefix { $0 & 0xC0 == 0x80 }.count + 1
            for end in start + 1...min(text.count, start + longest) {
                var id = pieces[Array(text[start..<end])]
                if id == nil, end == start + width { id = model.unknownID }
                guard let id else { continue }
                let score = best[start]!.score + (id == model.unknownID ? unknownScore : model.score(id))
                if best[end] == nil || score > best[end]!.score { best[end] = (score, start, id) }
            }
        }
        var ids: [Int32] = []
        var end = text.count
        while end > 0, let (_, start, id) = best[end] {
            if id != model.unknownID || ids.last != id { ids.append(id) }
            end = start
        }
        return ids.reversed()
    }

    @Test func idsOfTheDefaultVocabularyEqualTheReference() throws {
        let model = try Data(contentsOf: Fixtures.package.appendingPathComponent("Vocab/english-16k.model"))
        let folder = try Scratch()
        for (name, bytes) in try rembertTokenizerFiles(model: [UInt8](model)) { try folder.write(name, bytes) }
        try expectEqual(loadTokenizer(folder: folder.path), Fixtures.decode("default.json"))
    }

    /// Checks ids, offsets and truncation on every text.
    private func expectEqual(_ tokenizer: any Tokenizer, _ expected: Expected) throws {
        #expect(tokenizer.vocabularySize == expected.size)
        #expect(tokenizer.unknownID == expected.unknown)
        let texts = expected.texts
        try #require(expected.ids.count == texts.count)
        for (text, ids) in zip(texts, expected.ids) {
            let encoding = tokenizer.encode(text, maxLength: 1 << 20)
            #expect(encoding.ids == ids, "\(text.debugDescription)")
            #expect(encoding.truncated == 0)
            #expect(tokenizer.ids(text, maxLength: 1 << 20).ids == ids, "\(text.debugDescription)")
            #expect(encoding.offsets.count == ids.count)
            #expect(encoding.offsets.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= text.utf8.count }, "\(text.debugDescription)")
        }
        for (length, rows) in expected.cut {
            let length = try #require(Int(length))
            for (index, ids) in rows.enumerated() {
                let text = texts[expected.cutFrom + index]
                let encoding = tokenizer.encode(text, maxLength: length)
                #expect(encoding.ids == ids, "\(length): \(text.debugDescription)")
                #expect(encoding.truncated == expected.ids[expected.cutFrom + index].count - ids.count)
                #expect(tokenizer.ids(text, maxLength: length) == (ids, encoding.truncated))
            }
        }
    }
}
