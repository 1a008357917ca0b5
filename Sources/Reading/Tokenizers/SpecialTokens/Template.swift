import TenorFiles

/// The special tokens around a text or a pair of texts, and the truncation of what does not fit between them.
package struct Template: Sendable {
    package let before: [Int32]
    package let after: [Int32]
    package let side: TruncationSide
    /// Nil if the folder does not say how two texts are joined.
    let pair: PairTemplate?

    package init(before: [Int32] = [], after: [Int32] = [], side: TruncationSide = .right, pair: PairTemplate? = nil) {
        (self.before, self.after, self.side, self.pair) = (before, after, side, pair)
    }

    var isEmpty: Bool { before.isEmpty && after.isEmpty }

    /// All its token ids.
    var ids: [Int32] { before + after + (pair.map { $0.before + $0.between + $0.after } ?? []) }

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
    /// The special tokens that a `post_processor` puts around a text and a pair of texts; none for null. A byte-level step only changes
    /// offsets.
    init(_ value: JSON?, file: String, side: TruncationSide) throws(TokenizerError) {
        let processor = value ?? .null
        let steps = (processor["processors"]?.array ?? [processor]).filter { $0 != .null && $0["type"]?.string != "ByteLevel" }
        guard let step = steps.first else {
            self.init(before: [], after: [], side: side, pair: .empty)
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
            let (first, last) = ([try pair("cls")], [try pair("sep")])
            let isBert = type == "BertProcessing"
            self.init(
                before: first, after: last, side: side,
                pair: PairTemplate(before: first, between: isBert ? last : last + last, after: last, typeStart: isBert ? 1 : nil))
        case "TemplateProcessing":
            let single = try Self.stretches(of: step["single"], in: step, file: file)
            guard single.count == 2 else { throw .badField(file: file, name: "single", needs: "a place for the text") }
            self.init(
                before: single[0].ids, after: single[1].ids, side: side,
                pair: PairTemplate(try Self.stretches(of: step["pair"], in: step, file: file)))
        default: throw .conflict(file: file, what: "its post_processor has the step \(quoted(type)), which is not computed here")
        }
    }

    /// The special tokens of a template before, between and after its texts, and the token types of the tokens.
    private static func stretches(of parts: JSON?, in step: JSON, file: String) throws(TokenizerError) -> [PairTemplate.Stretch] {
        var stretches = [PairTemplate.Stretch()]
        for part in parts?.array ?? [] {
            if let text = part["Sequence"] {
                stretches.append(PairTemplate.Stretch(text: text["id"]?.string, textType: text["type_id"]?.int ?? 0))
            } else {
                let ids = try ids(of: part, in: step, file: file)
                stretches[stretches.count - 1].ids += ids
                stretches[stretches.count - 1].types += ids.map { _ in part["SpecialToken"]?["type_id"]?.int ?? 0 }
            }
        }
        return stretches
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
