import TenorFiles

/// The tokenizer of GPT-2, RoBERTa and ModernBERT: splits text into words by character class, then merges byte pairs within each word.
///
/// No byte is unknown. Special tokens typed in a text are plain text unless they are to be read as tokens. Other added tokens are found in
/// the text.
struct ByteLevelTokenizer: Tokenizer {
    let vocabularySize: Int
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]
    let specials: SpecialSpellings

    private let prefix: ByteLevelWrapping.Prefix
    private let addsPrefixSpace: Bool
    private let composes: Bool
    private let spellings: [Int32: String]
    private let merges: MergeTable
    private let tokens: TokenTable
    /// The added tokens matched in the raw text, and those matched in the rest of it after composition.
    private let added: (first: AddedTokens, second: AddedTokens)
    let template: Template

    init(_ files: TokenizerFiles, _ wrapping: ByteLevelWrapping) throws(TokenizerError) {
        // The slow tokenizers, which have no tokenizer.json, put a space in front where its steps do not, and the other way round.
        prefix = files.present.contains(TokenizerFiles.whole) ? .beforeStretches : wrapping.prefix
        let (ids, pairs) = try Self.vocabulary(files)
        let tokens = TokenTable(files, baseSize: ids.count, greatest: ids.values.max() ?? 0) { ids[ByteString($0)] }
        self.tokens = tokens
        vocabularySize = tokens.size
        let file = files.vocabulary
        let unknown = try tokens.id(.unknown, file: file)
        unknownID = unknown
        spellings = Dictionary(ids.map { ($0.value, $0.key.string) }) { min($0, $1) }
        merges = MergeTable(pairs, ids: ids, forbidden: files.specialSpellings, specials: tokens.specialIDs, unknownID: unknown)
        addsPrefixSpace = try files.addsPrefixSpace()
        let composes = wrapping.findsAddedTokens && files.fast?["normalizer"]?["type"]?.string == "NFC"
        self.composes = composes
        let (found, textual) = (files.foundTokens(tokens), files.textSpecials)
        specials = SpecialSpellings(textual)
        added = (
            AddedTokens(found.filter { !$0.isNormalized }, specials: textual) { Array($0.utf8) },
            AddedTokens(found.filter(\.isNormalized), specials: textual) {
                composes ? Self.composed($0, wantsOrigins: false).bytes : Array($0.utf8)
            }
        )
        template = try Self.template(files, wrapping, tokens)
        maxLength = files.maxLength
        kind = TokenizerKind(
            name: "\(files.family.title) byte-level BPE" + (addsPrefixSpace ? " (a space put in front)" : ""), reasons: files.reasons,
            warnings: files.warnings)
        self.files = files.present
    }

    /// The special tokens around a text: those of tokenizer.json if the vocabulary is read from it, else the family's.
    private static func template(
        _ files: TokenizerFiles, _ wrapping: ByteLevelWrapping, _ tokens: TokenTable
    ) throws(TokenizerError) -> Template {
        let side = try files.truncationSide()
        if let fast = files.fast { return try Template(fast["post_processor"], file: TokenizerFiles.whole, side: side) }
        let asksForStart = try files.flag("add_bos_token", default: false)
        let before: [SpecialRole] = wrapping.padsWithEnd && asksForStart ? [.bos] : files.family.before
        var sides: [[Int32]] = []
        for roles in [before, files.family.after] {
            var ids: [Int32] = []
            for role in roles { ids.append(try tokens.id(role, file: files.vocabulary)) }
            sides.append(ids)
        }
        return Template(
            before: sides[0], after: sides[1], side: side, pair: PairTemplate(files.family, before: sides[0], after: sides[1]))
    }

    /// Whether a `tokenizer.json` describes what this tokenizer computes.
    static func canRead(_ whole: JSON, _ files: TokenizerFiles) -> Bool {
        guard case .byteLevel(let wrapping) = files.family.algorithm else { return false }
        let (model, words) = (whole["model"], whole["pre_tokenizer"])
        let normalizer = whole["normalizer"]?["type"]?.string
        guard model?["type"]?.string == "BPE", words?["type"]?.string == "ByteLevel", words?["use_regex"]?.bool != false,
            normalizer == nil || normalizer == "NFC" && wrapping.findsAddedTokens
        else { return false }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] where model?[name]?.string?.isEmpty == false { return false }
        return !["byte_fallback", "ignore_merges"].contains { model?[$0]?.bool == true }
    }

    /// Reads the vocabulary's ids and merges from `vocab.json` and `merges.txt` or from `tokenizer.json`.
    private static func vocabulary(_ files: TokenizerFiles) throws(TokenizerError) -> (ids: [ByteString: Int32], pairs: [(String, String)])
    {
        let file = files.vocabulary
        let isWhole = file == TokenizerFiles.whole
        guard let listed = isWhole ? files.fast?["model"]?["vocab"]?.object : TokenizerFiles.json(try files.bytes(file))?.object else {
            throw .notJSON(file: file)
        }
        var ids: [ByteString: Int32] = Dictionary(minimumCapacity: listed.members.count)
        for member in listed.members {
            guard let id = member.value.int32, id >= 0, id < 1 << 30 else {
                throw .badField(file: file, name: member.key, needs: "an id")
            }
            ids[ByteString(member.key)] = id
        }
        var pairs: [(String, String)] = []
        if isWhole {
            pairs = try MergeTable.pairs(files.fast?["model"]?["merges"], file: file)
        } else {
            let bytes = try files.bytes(TokenizerFiles.merges)
            // The first line is a header.
            for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                if number == 0 && line.starts(with: "#version".utf8) || line.isEmpty || line == [0x0D] { continue }
                let parts = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x0D }).map { String(validating: $0, as: UTF8.self) }
                guard parts.count == 2, let left = parts[0], let right = parts[1] else {
                    throw .badMerges(file: TokenizerFiles.merges, line: number + 1)
                }
                pairs.append((left, right))
            }
        }
        return (ids, pairs)
    }

    func append(_ text: String, wantsOffsets: Bool, to found: inout Pieces) {
        forEachPiece(of: text, wantsOffsets: wantsOffsets) { found.append($0, wantsOffsets ? $1 : nil) }
    }

    func piece(_ id: Int32) -> String { tokens.name(id) ?? spellings[id] ?? tokens.name(unknownID) ?? "" }

    private func forEachPiece(of text: String, wantsOffsets: Bool, _ receive: (Int32, Range<Int>) -> Void) {
        var text = text
        text.withUTF8 { text in
            added.first.forEachStretch(of: text) { range, id in
                if let id { return receive(id, range) }
                let stretch = UnsafeBufferPointer(rebasing: text[range])
                func forward(_ id: Int32, _ place: Range<Int>) {
                    receive(id, place.lowerBound + range.lowerBound..<place.upperBound + range.lowerBound)
                }
                guard composes, !stretch.allSatisfy({ $0 < 0x80 }) else { return forEachPiece(ofComposed: stretch, forward) }
                let composed = Self.composed(String(decoding: stretch, as: UTF8.self), wantsOrigins: wantsOffsets)
                composed.bytes.withUnsafeBufferPointer { forEachPiece(ofComposed: $0) { forward($0, composed.origin($1)) } }
            }
        }
    }

    private func forEachPiece(ofComposed text: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        added.second.forEachStretch(of: text) { range, id in
            if let id { receive(id, range) } else { split(text, range, receive) }
        }
    }

    /// Without origins, the origin of every range is empty.
    private static func composed(_ text: String, wantsOrigins: Bool) -> AlignedText {
        var result = AlignedText(capacity: text.utf8.count, hasOrigins: wantsOrigins)
        forEachPart(of: text) { _, after in
            after.startsAfresh
        } _: { part in
            var traced = TracedText(part.text, from: part.start)
            traced.compose()
            result.append(traced)
        }
        return result
    }

    private func split(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ receive: (Int32, Range<Int>) -> Void) {
        let stretch = UnsafeBufferPointer(rebasing: text[range])
        var space = 0
        if addsPrefixSpace {
            let isNeeded =
                switch prefix {
                case .always: true
                case .beforeText: !stretch.isEmpty && !Self.beginsWithPythonSpace(stretch)
                case .beforeStretches: !stretch.isEmpty && stretch[0] != 0x20
                }
            space = isNeeded ? 1 : 0
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stretch.count + space) { bytes in
            if space > 0 { bytes[0] = 0x20 }
            _ = UnsafeMutableBufferPointer(rebasing: bytes[space...]).initialize(from: stretch)
            let origin = range.lowerBound - space
            WordSplitter.forEachWord(in: UnsafeBufferPointer(bytes)) { word in
                var at = word.lowerBound
                merges.split(UnsafeBufferPointer(rebasing: bytes[word])) { id, length in
                    receive(id, max(range.lowerBound, at + origin)..<max(range.lowerBound, at + length + origin))
                    at += length
                }
            }
        }
    }

    private static func beginsWithPythonSpace(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        String(decoding: text.prefix(4), as: UTF8.self).unicodeScalars.first?.isPythonSpace ?? false
    }
}
