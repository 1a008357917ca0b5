import TenorFiles

/// A serialized model: the field numbers of sentencepiece_model.proto that matter here, functions to read them, and small edits.
package enum SentencePieceFile {
    static let piece = 1
    static let spelling = 1
    static let score = 2
    static let type = 3
    static let trainer = 2
    static let modelType = 3
    static let spaceAsSuffix = 24
    static let byteFallback = 35
    /// Sample texts with their pieces, which the library checks when it loads a model.
    static let selfTest = 4
    package static let normalizer = 3
    static let dummyPrefix = 3
    static let trimsSpaces = 4
    static let escapesSpaces = 5
    static let denormalizer = 5
    package static let compiledRules = 2
    static let ruleFile = 6

    /// The model without the name of the rule file it was trained with, which says nothing about the model.
    package static func withoutRuleFile(_ bytes: [UInt8]) -> [UInt8] {
        rewriting(bytes, field: normalizer) { parts in
            parts.filter { $0.number != ruleFile }.flatMap { bytes[$0.whole] }
        }
    }

    /// The model with each single punctuation mark moved to a word start ("▁"), unless that piece already exists.
    ///
    /// Under rules that put spaces around every mark, no text has a mark inside a word. So the piece "#" could never be used, and "▁#"
    /// would take two pieces unless the trainer happened to make it.
    package static func withMarksAtWordStarts(_ bytes: [UInt8]) -> [UInt8] {
        guard let fields = ProtobufField.parse(bytes[...]) else { return bytes }
        func spelled(_ part: ProtobufField) -> String { String(decoding: bytes[part.payload], as: UTF8.self) }
        var known: Set<String> = []
        for field in fields where field.number == piece {
            for part in ProtobufField.parse(bytes[field.payload]) ?? [] where part.number == spelling { known.insert(spelled(part)) }
        }
        return rewriting(bytes, field: piece) { parts in
            parts.flatMap { part -> [UInt8] in
                let text = part.number == spelling ? spelled(part) : ""
                let isMark = text.unicodeScalars.count == 1 && text.unicodeScalars.allSatisfy(\.isBertPunctuation)
                guard isMark, !known.contains("▁" + text) else {
                    return Array(bytes[part.whole])
                }
                return ProtobufField.serialize(spelling, Array("▁\(text)".utf8))
            }
        }
    }

    /// The model with each score rounded to a multiple of 1/4096, so that the score of a text is an exact sum in single precision up to
    /// 4,096. Every implementation then chooses the same of two equally good segmentations, whatever its precision and order of summation.
    package static func withRoundedScores(_ bytes: [UInt8]) -> [UInt8] {
        rewriting(bytes, field: piece) { parts in
            parts.flatMap { part -> [UInt8] in
                guard part.number == score, part.payload.count == 4 else { return Array(bytes[part.whole]) }
                let bits = bytes[part.payload].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                let rounded = ((Float(bitPattern: bits) * 4096).rounded() / 4096).bitPattern
                return bytes[part.whole].dropLast(4) + (0..<4).map { UInt8(truncatingIfNeeded: rounded >> (8 * UInt32($0))) }
            }
        }
    }

    /// The model with the pieces of these spellings turned into control symbols, which no text becomes.
    static func withControlSymbols(_ bytes: [UInt8], _ spellings: Set<ByteString>) -> [UInt8] {
        let spelt = Set(spellings.map { Array($0.string.utf8) })
        let lengths = Set(spelt.map(\.count))
        func isText(_ piece: Piece) -> Bool {
            (piece.type == .normal || piece.type == .userDefined) && lengths.contains(piece.spelling.count)
                && spelt.contains(Array(bytes[piece.spelling]))
        }
        guard pieces(bytes)?.contains(where: isText) == true else { return bytes }
        return rewriting(bytes, field: piece) { parts in
            var symbol = Piece()
            bytes.withUnsafeBufferPointer { bytes in for part in parts { symbol.read(part, in: bytes) } }
            guard isText(symbol) else { return parts.flatMap { bytes[$0.whole] } }
            return parts.filter { $0.number != type }.flatMap { bytes[$0.whole] } + [UInt8(type << 3), control]
        }
    }

    private static let control: UInt8 = 3

    /// The type of a piece; `other` is none of the types that the format defines.
    enum PieceType { case normal, unknown, control, userDefined, unused, byte, other }

    struct Piece {
        /// The range of the spelling in the model's bytes.
        var spelling = 0..<0
        var score: Float = 0
        var type = PieceType.normal

        mutating func read(_ part: ProtobufField, in bytes: UnsafeBufferPointer<UInt8>) {
            let payload = bytes[part.payload]
            switch (part.number, part.wire) {
            case (SentencePieceFile.spelling, .bytes): spelling = part.payload
            case (SentencePieceFile.score, .fourBytes):
                score = Float(bitPattern: payload.reversed().reduce(0) { $0 << 8 | UInt32($1) })
            case (SentencePieceFile.type, .number):
                let types: [PieceType] = [.other, .normal, .unknown, .control, .userDefined, .unused, .byte]
                type = types[payload.first.map(Int.init).flatMap { types.indices.contains($0) ? $0 : nil } ?? 0]
            case (SentencePieceFile.spelling, _), (SentencePieceFile.score, _), (SentencePieceFile.type, _): type = .other
            default: break
            }
        }
    }

    /// The pieces in the order of their ids; nil if the bytes are not a complete message.
    static func pieces(_ bytes: [UInt8]) -> [Piece]? {
        bytes.withUnsafeBufferPointer { bytes in
            var pieces: [Piece] = []
            var fields = ProtobufReader(bytes, bytes.indices)
            while let field = fields.next() {
                guard field.number == piece else { continue }
                var found = Piece()
                var parts = ProtobufReader(bytes, field.payload)
                while let part = parts.next() { found.read(part, in: bytes) }
                guard parts.isAtEnd else { return nil }
                pieces.append(found)
            }
            return fields.isAtEnd ? pieces : nil
        }
    }

    /// The byte that a piece such as "<0x0A>" stands for.
    static func byte(_ spelling: some Collection<UInt8>) -> UInt8? {
        guard spelling.count == 6, spelling.starts(with: "<0x".utf8) else { return nil }
        return UInt8(String(decoding: spelling.dropFirst(3).dropLast(), as: UTF8.self), radix: 16)
    }

    static func hasPieces(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var reader = ProtobufReader(bytes, bytes.indices)
            while let field = reader.next() { if field.number == piece { return true } }
            return false
        }
    }

    /// All fields except the pieces; nil if the bytes are not a complete message.
    static func settings(_ bytes: [UInt8]) -> [ProtobufField]? {
        bytes.withUnsafeBufferPointer { bytes in
            var reader = ProtobufReader(bytes, bytes.indices)
            var fields: [ProtobufField] = []
            while let field = reader.next() { if field.number != piece { fields.append(field) } }
            return reader.isAtEnd ? fields : nil
        }
    }

    package enum ModelType: UInt8 { case unigram = 1, bytePairs, words, characters }

    /// The model's type, unigram if it is not specified; nil if it is unknown or ambiguous.
    package static func modelType(_ bytes: [UInt8]) -> ModelType? {
        var found: Set<ModelType?> = []
        for field in settings(bytes) ?? [] where field.number == trainer {
            for part in ProtobufField.parse(bytes[field.payload]) ?? [] where part.number == modelType {
                found.insert(part.payload.count == 1 ? ModelType(rawValue: bytes[part.payload.lowerBound]) : nil)
            }
        }
        return found.count > 1 ? nil : found.first ?? .unigram
    }

    struct Normalization {
        var rules: ArraySlice<UInt8> = []
        var addsWordStart = true
        var trimsSpaces = true
        var escapesSpaces = true
        var spaceAsSuffix = false
        var fallsBackToBytes = false
    }

    /// How the model normalises a text; nil if the bytes are not a model.
    static func normalization(_ bytes: [UInt8]) -> Normalization? {
        guard let fields = settings(bytes) else { return nil }
        var result = Normalization()
        for field in fields where field.number == trainer || field.number == normalizer {
            guard let parts = ProtobufField.parse(bytes[field.payload]) else { return nil }
            for part in parts {
                let isSet = bytes[part.payload] != [0]
                switch (field.number, part.number) {
                case (trainer, byteFallback): result.fallsBackToBytes = isSet
                case (trainer, spaceAsSuffix): result.spaceAsSuffix = isSet
                case (normalizer, compiledRules): result.rules = bytes[part.payload]
                case (normalizer, dummyPrefix): result.addsWordStart = isSet
                case (normalizer, trimsSpaces): result.trimsSpaces = isSet
                case (normalizer, escapesSpaces): result.escapesSpaces = isSet
                default: break
                }
            }
        }
        return result
    }

    /// The compiled rules of a unigram model; nil for a model of another type or one that `tokenizer.json` cannot express.
    static func unigramRules(_ bytes: [UInt8]) -> [UInt8]? {
        guard modelType(bytes) == .unigram, let found = normalization(bytes), !found.fallsBackToBytes, !found.spaceAsSuffix else {
            return nil
        }
        return found.addsWordStart && found.trimsSpaces && found.escapesSpaces ? Array(found.rules) : nil
    }

    /// The model with every message of field `number` rewritten.
    private static func rewriting(_ bytes: [UInt8], field number: Int, _ rewrite: ([ProtobufField]) -> [UInt8]) -> [UInt8] {
        guard let fields = ProtobufField.parse(bytes[...]) else { return bytes }
        return fields.flatMap { field -> [UInt8] in
            guard field.number == number, let parts = ProtobufField.parse(bytes[field.payload]) else { return Array(bytes[field.whole]) }
            return ProtobufField.serialize(number, rewrite(parts))
        }
    }
}
