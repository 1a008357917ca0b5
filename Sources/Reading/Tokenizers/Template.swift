import TenorFiles

/// The special tokens around a text, and the truncation of what does not fit between them.
struct Template: Sendable {
    let before: [Int32]
    let after: [Int32]
    let side: TruncationSide

    init(before: [Int32], after: [Int32], side: TruncationSide) { (self.before, self.after, self.side) = (before, after, side) }

    var isEmpty: Bool { before.isEmpty && after.isEmpty }

    /// Room for the tokens of a text between the special tokens.
    func pieces(maxLength: Int) -> Pieces { Pieces(limit: max(0, maxLength - before.count - after.count), side: side) }

    func ids(_ pieces: Pieces) -> (ids: [Int32], truncated: Int) {
        var pieces = pieces
        pieces.dropSurplus()
        return (before + pieces.ids + after, pieces.count - pieces.ids.count)
    }

    func encoding(_ pieces: Pieces) -> Encoding {
        var pieces = pieces
        pieces.dropSurplus()
        let (ids, truncated) = ids(pieces)
        let end = pieces.offsets.last?.upperBound ?? 0
        return Encoding(
            ids: ids, offsets: before.map { _ in 0..<0 } + pieces.offsets + after.map { _ in end..<end }, truncated: truncated)
    }
}

extension Template {
    /// The special tokens that a `post_processor` puts around a single text; none for null. A byte-level step only changes offsets.
    init(_ value: JSON?, file: String, side: TruncationSide) throws(TokenizerError) {
        let processor = value ?? .null
        let steps = (processor["processors"]?.array ?? [processor]).filter { $0 != .null && $0["type"]?.string != "ByteLevel" }
        guard let step = steps.first else {
            self.init(before: [], after: [], side: side)
            return
        }
        let type = step["type"]?.string ?? "none"
        guard steps.count == 1 else { throw .conflict(file: file, what: "its post_processor has \(steps.count) steps, and one is needed") }
        func pair(_ name: String) throws(TokenizerError) -> Int32 {
            guard let pair = step[name]?.array, pair.count == 2, let id = pair[1].int32, id >= 0 else {
                throw .badField(file: file, name: name, needs: "a token and its id")
            }
            return id
        }
        switch type {
        case "BertProcessing", "RobertaProcessing":
            self.init(before: [try pair("cls")], after: [try pair("sep")], side: side)
        case "TemplateProcessing":
            var sides: [[Int32]] = [[], []]
            var isAfter = false
            for part in step["single"]?.array ?? [] {
                if part["Sequence"] != nil {
                    isAfter = true
                } else {
                    sides[isAfter ? 1 : 0] += try Self.ids(of: part, in: step, file: file)
                }
            }
            guard isAfter else { throw .badField(file: file, name: "single", needs: "a place for the text") }
            self.init(before: sides[0], after: sides[1], side: side)
        default: throw .conflict(file: file, what: "its post_processor has the step \(quoted(type)), which is not computed here")
        }
    }

    private static func ids(of part: JSON, in step: JSON, file: String) throws(TokenizerError) -> [Int32] {
        let name = part["SpecialToken"]?["id"]?.string ?? ""
        let ids = step["special_tokens"]?[name]?["ids"]?.array?.compactMap(\.int32) ?? []
        guard !ids.isEmpty, ids.allSatisfy({ $0 >= 0 }) else {
            throw .badField(file: file, name: "special_tokens", needs: "the ids of \(quoted(name))")
        }
        return ids
    }
}
