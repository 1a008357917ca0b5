/// A SentencePiece model together with the processing that its family adds.
///
/// Special tokens are made control symbols of the model, whatever their type in its file, so that no text gets their ids. (XLNet's "<eop>"
/// is a user-defined symbol, which text can spell.) An unknown run of characters stays unknown even if it is spelt like an added token,
/// which the reference would look up by its spelling.
///
/// A class, because a struct with this many references would be copied for every piece that a closure receives.
final class SentencePieceTokenizer: Tokenizer {
    let vocabularySize: Int
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]
    let specials: SpecialSpellings

    private let model: SentencePieceModel
    private let wrapping: SentencePieceWrapping
    private let tokens: TokenTable
    let template: Template
    private let rewriter: Rewriter?
    /// Nil if no token is looked for in a text.
    private let search: TokenSearch?
    private let splitsPunctuation: Bool
    /// The ids of pieces that end with a digit and a comma, if the family splits those.
    private let digitCommas: Set<Int32>
    private let comma: Int32
    private let place: Placement

    init(_ files: TokenizerFiles, _ wrapping: SentencePieceWrapping) throws(TokenizerError) {
        let bytes = SentencePieceFile.withControlSymbols(try files.bytes(files.vocabulary), files.specialSpellings)
        let model = try SentencePieceModel(bytes, file: files.vocabulary)
        self.model = model
        self.wrapping = wrapping
        let size = Int32(model.size)
        tokens = Self.tokens(files, wrapping, model)
        vocabularySize = tokens.size
        let claimed = Set(
            tokens.specialIDs.map { $0 - wrapping.offset }.filter { $0 >= 0 && $0 < size && (model.isText($0) || $0 == model.unknownID) })
        unknownID = try tokens.id(.unknown, file: files.vocabulary)
        place = Placement(offset: wrapping.offset, unknownID: unknownID, claimed: claimed)
        var sides: [[Int32]] = []
        for roles in [files.family.before, files.family.after] {
            var ids: [Int32] = []
            for role in roles { ids.append(try tokens.id(role, file: files.vocabulary)) }
            sides.append(ids)
        }
        template = Template(
            before: sides[0], after: sides[1], side: try files.truncationSide(),
            pair: PairTemplate(files.family, before: sides[0], after: sides[1]))

        var traits: [String] = []
        rewriter = try Self.rewriter(files, wrapping, &traits)
        specials = SpecialSpellings(files.textSpecials)
        search = TokenSearch(
            files.foundTokens(tokens), specials: files.textSpecials, ignoresCase: rewriter?.lowercases == true)
        let splits = try files.flag("split_by_punct", default: false)
        splitsPunctuation = splits && wrapping.rewriting == .lowercasing
        if splitsPunctuation { traits.append("punctuation set apart") }

        let comma = model.id(",")
        self.comma = model.isText(comma) ? comma : model.unknownID
        var digitCommas: Set<Int32> = []
        if wrapping.splitsDigitCommas {
            for id in 0..<size where model.withSpelling(id, Self.endsWithDigitComma) { digitCommas.insert(id) }
        }
        self.digitCommas = digitCommas
        maxLength = files.maxLength
        let how = traits.isEmpty ? "" : " (\(traits.joined(separator: ", ")))"
        kind = TokenizerKind(name: "\(files.family.title) SentencePiece\(how)", reasons: files.reasons, warnings: files.warnings)
        self.files = files.present
    }

    /// The vocabulary's ids around the model's: fairseq put four tokens in front and dropped the model's first ones.
    private static func tokens(_ files: TokenizerFiles, _ wrapping: SentencePieceWrapping, _ model: SentencePieceModel) -> TokenTable {
        let size = Int32(model.size)
        func inModel(_ token: String, from first: Int32) -> Int32? {
            let id = model.id(token)
            return id >= first && (id != model.unknownID || model.piece(id) == token) ? id : nil
        }
        let fixed: [(String, Int32)]
        let lookUp: (String) -> Int32?
        let baseSize: Int
        switch wrapping.layout {
        case .plain:
            fixed = []
            baseSize = model.size
            lookUp = { inModel($0, from: 0) }
        case .xlmRoberta:
            let front: [String: Int32] = ["<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3]
            fixed = []
            baseSize = model.size + 2 - front.keys.filter { inModel($0, from: 3) != nil }.count
            lookUp = { $0 == "<mask>" ? size + 1 : inModel($0, from: 3).map { $0 + 1 } ?? front[$0] }
        case .camembert:
            let padding = files.specials[.padding] ?? "<pad>"
            let unknown = files.specials[.unknown] ?? "<unk>"
            fixed = [("<s>NOTUSED", 0), (padding, 1), ("</s>NOTUSED", 2), (unknown, 3), ("<unk>NOTUSED", 4)]
            baseSize = model.size - 1
            lookUp = { inModel($0, from: 1).map { $0 + 4 } }
        }
        return TokenTable(files, fixed: fixed, baseSize: baseSize, greatest: size - 1 + wrapping.offset, lookUp: lookUp)
    }

    /// What the family does to a text before the model sees it; nil for nothing. What a person should know of it is added to `traits`.
    private static func rewriter(
        _ files: TokenizerFiles, _ wrapping: SentencePieceWrapping, _ traits: inout [String]
    ) throws(TokenizerError) -> Rewriter? {
        let lowercases = try files.flag("do_lower_case", default: files.family.lowercases)
        let rewriter: Rewriter?
        switch wrapping.rewriting {
        case .none: rewriter = nil
        case .lowercasing, .lowercasingOutsideSpecials:
            rewriter = lowercases ? Rewriter(wrapping.rewriting, lowercases: true, kept: files.keptInLowercasing) : nil
        case .cleaning:
            let joinsWords = try files.flag("remove_space", default: true)
            let keepsAccents = try files.flag("keep_accents", default: files.family.keepsAccents)
            rewriter = Rewriter(
                wrapping.rewriting, lowercases: lowercases, joinsWords: joinsWords, keepsAccents: keepsAccents,
                kept: files.keptInLowercasing)
            if !joinsWords { traits.append("white space kept") }
            if !keepsAccents { traits.append("accents stripped") }
        }
        if rewriter?.lowercases == true { traits.append("lower-cased") }
        return rewriter
    }

    func piece(_ id: Int32) -> String {
        if let name = tokens.name(id) { return name }
        let inside = id - wrapping.offset
        return inside >= 0 && Int(inside) < model.size ? model.piece(inside) : tokens.name(unknownID) ?? ""
    }

    package func append(_ text: String, wantsOffsets: Bool, to found: inout Pieces) {
        guard let search else { return append(text, from: 0, wantsOffsets: wantsOffsets, to: &found) }
        var text = text
        text.withUTF8 { bytes in
            search.forEachStretch(of: bytes) { range, id in
                if let id { return found.append(id, wantsOffsets ? range : nil) }
                let stretch = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
                append(stretch, from: range.lowerBound, wantsOffsets: wantsOffsets, to: &found)
            }
        }
    }

    /// Appends the pieces of a stretch of a text that begins at `start` in it.
    private func append(_ text: String, from start: Int, wantsOffsets: Bool, to found: inout Pieces) {
        func shifted(_ range: Range<Int>) -> Range<Int> { range.lowerBound + start..<range.upperBound + start }
        var text = text
        if let rewriter, wantsOffsets {
            let rewritten = rewriter.rewrite(text)
            rewritten.bytes.withUnsafeBufferPointer { append($0, { shifted(rewritten.origin($0)) }, to: &found) }
        } else if let rewriter {
            rewriter.rewrittenBytes(text).withUnsafeBufferPointer { append($0, nil, to: &found) }
        } else {
            text.withUTF8 { append($0, wantsOffsets ? shifted : nil, to: &found) }
        }
    }

    /// Appends the pieces of a text that is ready for the model, as a whole or split at punctuation.
    private func append(_ text: UnsafeBufferPointer<UInt8>, _ origin: ((Range<Int>) -> Range<Int>)?, to found: inout Pieces) {
        guard splitsPunctuation else { return appendWord(text, origin, to: &found) }
        var start = 0
        var at = 0
        var decoder = UTF8.ForwardParser()
        var bytes = text.makeIterator()
        func flush(_ end: Int, _ found: inout Pieces) {
            guard end > start else { return }
            let from = start
            appendWord(
                UnsafeBufferPointer(rebasing: text[start..<end]),
                origin.map { origin in { origin($0.lowerBound + from..<$0.upperBound + from) } }, to: &found)
            start = end
        }
        while case .valid(let encoded) = decoder.parseScalar(from: &bytes) {
            let scalar = UTF8.decode(encoded)
            if scalar.isBertPunctuation {
                flush(at, &found)
                flush(at + encoded.count, &found)
            }
            at += encoded.count
        }
        flush(at, &found)
    }

    private func appendWord(_ text: UnsafeBufferPointer<UInt8>, _ origin: ((Range<Int>) -> Range<Int>)?, to found: inout Pieces) {
        let (model, place, splitsDigitCommas, digitCommas) = (model, place, wrapping.splitsDigitCommas, digitCommas)
        func take(_ piece: SentencePieceModel.Piece) {
            let range = piece.start..<max(piece.start, piece.end)
            guard splitsDigitCommas, piece.id == model.unknownID || digitCommas.contains(piece.id),
                Self.endsWithDigitComma(piece.spelling)
            else { return found.append(place(piece.id), origin?(range)) }
            // The comma is the range's last byte; the digits share the rest.
            let digits = range.lowerBound..<max(range.lowerBound, range.upperBound - 1)
            for id in takeApart(Array(piece.spelling)) { found.append(id, origin?(digits)) }
            found.append(place(comma), origin?(digits.upperBound..<range.upperBound))
        }
        if origin == nil { model.encode(text, wantsPlaces: false, take) } else { model.encodeTraced(text, take) }
    }

    /// The model's id of the piece with this spelling if text can become it, else the unknown id.
    private func textID(_ spelling: UnsafeRawBufferPointer) -> Int32 {
        let id = model.id(spelling)
        return model.isText(id) ? id : model.unknownID
    }

    private static let wordStart: [UInt8] = Array("▁".utf8)

    /// Whether a piece is more than a comma and ends with a digit and a comma.
    private static func endsWithDigitComma(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count > 1, piece.last == UInt8(ascii: ",") else { return false }
        return String(decoding: piece.dropLast(), as: UTF8.self).unicodeScalars.last?.isPythonDigit ?? false
    }

    /// The ids of the digits of a piece such as "▁9,", encoded on their own.
    ///
    /// ALBERT and XLNet were trained on pieces split this way. (`tokenization_albert.py`, `_tokenize`.)
    private func takeApart(_ piece: [UInt8]) -> [Int32] {
        let digits = String(decoding: piece.dropLast(), as: UTF8.self).replacing("▁", with: "")
        var ids: [Int32] = []
        var firstSpelling: [UInt8] = []
        Array(digits.utf8).withUnsafeBufferPointer { bytes in
            model.encode(bytes, wantsPlaces: false) { part in
                if ids.isEmpty { firstSpelling = Array(part.spelling) }
                ids.append(place(part.id))
            }
        }
        if !piece.starts(with: Self.wordStart), firstSpelling.starts(with: Self.wordStart) {
            if firstSpelling.count == Self.wordStart.count {
                ids.removeFirst()
            } else {
                ids[0] = firstSpelling.withUnsafeBytes { place(textID(UnsafeRawBufferPointer(rebasing: $0[Self.wordStart.count...]))) }
            }
        }
        return ids
    }
}

/// Maps a model's id to the vocabulary's.
private struct Placement: Sendable {
    let offset: Int32
    let unknownID: Int32
    /// The model's ids of pieces that text can become and that are special tokens in the vocabulary.
    let claimed: Set<Int32>

    @inline(__always)
    func callAsFunction(_ id: Int32) -> Int32 {
        // If ids are shifted, the reference treats the model's id 0 as unknown, whatever piece it is.
        offset > 0 && id == 0 || claimed.contains(id) ? unknownID : id + offset
    }
}

/// What a family does to a text before the model sees it.
private struct Rewriter: Sendable {
    let rewriting: SentencePieceWrapping.Rewriting
    let lowercases: Bool
    let joinsWords: Bool
    let keepsAccents: Bool
    /// Spellings that the first lower-casing leaves unchanged.
    let kept: KeptSpellings?

    init(
        _ rewriting: SentencePieceWrapping.Rewriting, lowercases: Bool, joinsWords: Bool = false, keepsAccents: Bool = true, kept: [String]
    ) {
        self.rewriting = rewriting
        self.lowercases = lowercases
        self.joinsWords = joinsWords
        self.keepsAccents = keepsAccents
        self.kept = lowercases ? KeptSpellings(kept) : nil
    }

    func rewrite(_ text: String) -> AlignedText {
        if rewriting == .cleaning, joinsWords, let ascii = rewriteASCII(text) { return ascii }
        var traced = TracedText(text)
        if lowercases { traced.lowercaseEach(keeping: kept) }
        if rewriting == .cleaning {
            if joinsWords { traced.joinWords() }
            traced.joinQuotes()
            if !keepsAccents {
                traced.decompose(.compatibility)
                traced.dropMarks { $0.properties.canonicalCombiningClass != .notReordered }
            }
        }
        if lowercases, rewriting != .lowercasingOutsideSpecials { traced.lowercase() }
        return traced.aligned()
    }

    /// Like ``rewrite(_:)``, but without origins and one part of the text at a time.
    func rewrittenBytes(_ text: String) -> [UInt8] {
        if kept?.holdsSpace == true { return rewrite(text).bytes }
        var bytes: [UInt8] = []
        var isWithinWord = false
        // Quotes, final sigmas (which depend on their neighbours) and kept spellings do not reach across such a cut.
        forEachPart(of: text) { before, after in
            before.standsAlone && after.standsAlone && kept?.mayCut(before, after) != false
        } _: { part in
            let rewritten = rewrite(part.text).bytes
            if joinsWords, !isWithinWord, !bytes.isEmpty, !rewritten.isEmpty { bytes.append(0x20) }
            bytes += rewritten
            isWithinWord = part.endsWithinWord
        }
        return bytes
    }

    /// Like ``rewrite(_:)`` for ASCII text, where neither accents nor the context of a letter matter; nil for any other text.
    private func rewriteASCII(_ text: String) -> AlignedText? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            var result = AlignedText(capacity: bytes.count)
            var pendingSpace: Int32 = -1
            var previous: UInt8 = 0
            for (at, byte) in bytes.enumerated() {
                let at = Int32(truncatingIfNeeded: at)
                if (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x20) {
                    if pendingSpace < 0 { pendingSpace = at }
                    previous = 0
                    continue
                }
                if pendingSpace >= 0, !result.bytes.isEmpty { result.append(0x20, pendingSpace, at) }
                pendingSpace = -1
                if byte == previous, byte == UInt8(ascii: "`") || byte == UInt8(ascii: "'") {
                    result.replaceLast(UInt8(ascii: "\""), end: at + 1)
                    previous = 0
                } else {
                    result.append(lowercases && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte, at, at + 1)
                    previous = byte
                }
            }
            return result
        }
    }
}

extension AlignedText {
    /// Replaces the last byte; its origin then extends to `end`.
    fileprivate mutating func replaceLast(_ byte: UInt8, end: Int32) {
        guard let start = starts.last else { return }
        removeLast()
        append(byte, start, end)
    }
}
