/// GPT-2's tokenizer, and that of RoBERTa and ModernBERT: words by the kinds of their characters, then byte pairs merged within each.
///
/// No byte is unknown. Special tokens are added by ids; typed, they are text.
struct ByteLevelTokenizer: Tokenizer {
    let vocabularySize: Int
    let padID: Int32
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]

    private let wrapping: ByteLevelWrapping
    private let addsPrefixSpace: Bool
    private let composes: Bool
    private let spellings: [Int32: String]
    private let merges: MergeTable
    private let tokens: TokenTable
    /// The added tokens that text may spell, where the family looks for them: no special ones.
    private let literals: [(bytes: [UInt8], id: Int32)]
    private let template: Template

    init(_ files: TokenizerFiles, _ wrapping: ByteLevelWrapping) throws(TokenizerError) {
        self.wrapping = wrapping
        let (ids, pairs) = try Self.vocabulary(files)
        let tokens = TokenTable(files, baseSize: ids.count) { ids[$0] }
        self.tokens = tokens
        vocabularySize = tokens.size
        let file = files.vocabulary
        let unknown = try tokens.id(.unknown, file: file)
        unknownID = unknown
        // GPT-2 has no padding of its own, and nothing here pads.
        padID =
            files.specials[.padding] == nil && wrapping.padsWithEnd ? try tokens.id(.eos, file: file) : try tokens.id(.padding, file: file)
        spellings = Dictionary(ids.map { ($0.value, $0.key) }) { min($0, $1) }
        merges = MergeTable(pairs, ids: ids, forbidden: files.specialSpellings, unknownID: unknown)
        addsPrefixSpace = try files.flag("add_prefix_space", default: files.fast?["pre_tokenizer"]?["add_prefix_space"]?.bool ?? false)
        composes = wrapping.findsAddedTokens && files.fast?["normalizer"]?["type"]?.string == "NFC"
        literals =
            wrapping.findsAddedTokens
            ? files.added.filter { !$0.isSpecial && !$0.content.isEmpty }.map { (Array($0.content.utf8), $0.id) } : []
        var sides: [[Int32]] = []
        let asksForStart = try files.flag("add_bos_token", default: false)
        let before: [SpecialRole] = wrapping.padsWithEnd && asksForStart ? [.bos] : files.family.before
        for roles in [before, files.family.after] {
            var side: [Int32] = []
            for role in roles { side.append(try tokens.id(role, file: file)) }
            sides.append(side)
        }
        template = Template(before: sides[0], after: sides[1])
        maxLength = files.maxLength
        kind = TokenizerKind(
            name: "\(files.family.title) byte-level BPE" + (addsPrefixSpace ? " (a space put in front)" : ""), reasons: files.reasons)
        self.files = files.present
    }

    /// The ids of the vocabulary and its merges, from `vocab.json` and `merges.txt` or from `tokenizer.json`.
    private static func vocabulary(_ files: TokenizerFiles) throws(TokenizerError) -> (ids: [String: Int32], pairs: [(String, String)]) {
        let file = files.vocabulary
        let isWhole = file == TokenizerFiles.whole
        guard let listed = isWhole ? files.fast?["model"]?["vocab"]?.object : JSON(try files.bytes(file))?.object else {
            throw .notJSON(file: file)
        }
        var ids: [String: Int32] = Dictionary(minimumCapacity: listed.count)
        for (spelling, value) in listed {
            guard let id = value.int32, id >= 0, id < 1 << 30 else { throw .badField(file: file, name: spelling, needs: "an id") }
            ids[spelling] = id
        }
        var pairs: [(String, String)] = []
        if isWhole {
            guard let merges = files.fast?["model"]?["merges"]?.array else { throw .badField(file: file, name: "merges", needs: "a list") }
            for merge in merges {
                let parts = merge.array?.compactMap(\.string) ?? merge.string?.split(separator: " ").map(String.init) ?? []
                guard parts.count == 2 else { throw .badField(file: file, name: "merges", needs: "pairs of pieces") }
                pairs.append((parts[0], parts[1]))
            }
        } else {
            let bytes = try files.bytes(TokenizerFiles.merges)
            // The first line is a heading.
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

    func encode(_ text: String, maxLength: Int) -> Encoding {
        var ids: [Int32] = []
        var offsets: [Range<Int>] = []
        forEachPiece(of: text) { id, range in
            ids.append(id)
            offsets.append(range)
        }
        return template.encoding(ids, offsets, maxLength: maxLength)
    }

    func ids(_ text: String, maxLength: Int) -> (ids: [Int32], truncated: Int) {
        var ids: [Int32] = []
        ids.reserveCapacity(text.utf8.count / 3)
        forEachPiece(of: text) { id, _ in ids.append(id) }
        return template.ids(ids, of: ids.count, maxLength: maxLength)
    }

    func piece(_ id: Int32) -> String { tokens.name(id) ?? spellings[id] ?? tokens.name(unknownID) ?? "" }

    private func forEachPiece(of text: String, _ receive: (Int32, Range<Int>) -> Void) {
        var text = text
        if composes, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            var traced = TracedText(text)
            traced.compose()
            let rewritten = traced.aligned()
            rewritten.bytes.withUnsafeBufferPointer { bytes in forEachStretch(of: bytes) { receive($0, rewritten.origin($1)) } }
        } else {
            text.withUTF8 { forEachStretch(of: $0, receive) }
        }
    }

    /// Finds the added tokens, the longest of those that begin furthest to the left, and splits what lies between them.
    private func forEachStretch(of text: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        var start = 0
        var at = 0
        while !literals.isEmpty, at < text.count {
            var found: (bytes: [UInt8], id: Int32)?
            for literal in literals where literal.bytes[0] == text[at] && literal.bytes.count > found?.bytes.count ?? 0 {
                if text[at...].starts(with: literal.bytes) { found = literal }
            }
            if let found {
                split(text, start..<at, receive)
                receive(found.id, at..<at + found.bytes.count)
                at += found.bytes.count
                start = at
            } else {
                at += 1
            }
        }
        split(text, start..<text.count, receive)
    }

    private func split(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ receive: (Int32, Range<Int>) -> Void) {
        let stretch = UnsafeBufferPointer(rebasing: text[range])
        guard !stretch.isEmpty || addsPrefixSpace && wrapping.prefix == .always else { return }
        var prefix = 0
        if addsPrefixSpace {
            switch wrapping.prefix {
            case .always: prefix = 1
            case .beforeText: prefix = Self.beginsWithPythonSpace(stretch) ? 0 : 1
            }
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stretch.count + prefix) { bytes in
            if prefix > 0 { bytes[0] = 0x20 }
            _ = UnsafeMutableBufferPointer(rebasing: bytes[prefix...]).initialize(from: stretch)
            let origin = range.lowerBound - prefix
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

/// Cuts text into words as GPT-2's pattern does:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum WordSplitter {
    private enum Kind: UInt8 { case letter, number, space, other }

    static func forEachWord(in text: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>) -> Void) {
        var at = 0
        while at < text.count {
            let start = at
            if let length = contraction(text, at) {
                at += length
                receive(start..<at)
                continue
            }
            var (kind, width) = character(text, at)
            if kind == .space {
                // A space belongs to what follows it.
                if text[at] == 0x20, at + 1 < text.count {
                    let next = character(text, at + 1)
                    if next.kind != .space {
                        at += 1
                        (kind, width) = next
                    }
                }
            }
            var last = at
            repeat {
                last = at
                at += width
                guard at < text.count else { break }
                let next = character(text, at)
                guard next.kind == kind else { break }
                width = next.width
            } while true
            // Of white space before a word the last character is left for that word.
            if kind == .space, at < text.count, last > start { at = last }
            receive(start..<at)
        }
    }

    private static func contraction(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        guard text[at] == UInt8(ascii: "'"), at + 1 < text.count else { return nil }
        switch text[at + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return at + 2 < text.count && text[at + 2] == UInt8(ascii: "e") ? 3 : nil
        case UInt8(ascii: "l"): return at + 2 < text.count && text[at + 2] == UInt8(ascii: "l") ? 3 : nil
        default: return nil
        }
    }

    @inline(__always)
    private static func character(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (kind: Kind, width: Int) {
        let first = text[at]
        if first < 0x80 {
            switch first {
            case 0x41...0x5A, 0x61...0x7A: return (.letter, 1)
            case 0x30...0x39: return (.number, 1)
            case 0x09...0x0D, 0x20: return (.space, 1)
            default: return (.other, 1)
            }
        }
        let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for offset in 1..<width where at + offset < text.count { value = value << 6 | UInt32(text[at + offset] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { return (.other, width) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return (.letter, width)
        case .decimalNumber, .letterNumber, .otherNumber: return (.number, width)
        default: return (scalar.properties.isWhitespace ? .space : .other, width)
        }
    }
}
