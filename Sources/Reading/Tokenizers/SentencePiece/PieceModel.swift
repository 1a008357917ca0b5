/// A SentencePiece model that this package runs itself.
///
/// libsentencepiece uses about 300 bytes of memory per character of a text, and rejects a text that spells a control symbol. Here such a
/// symbol becomes unknown.
final class PieceModel: Sendable {
    private enum Method {
        case unigram(Unigram<Float>)
        case bytePairs(PieceMerges)
        case characters(symbols: PieceTrie?)
        case words
    }

    let table: PieceTable
    /// The ids of the byte pieces, if the model has them.
    private let bytePieces: [Int32]?
    private let normalizer: PieceNormalizer
    private let method: Method

    /// Nil for models that the library has to run.
    ///
    /// - Parameter rules: the model's normalisation rules.
    init?(_ bytes: [UInt8], rules: NormalizationTable) {
        guard let table = PieceTable(bytes), let settings = SentencePieceFile.normalization(bytes), !settings.spaceAsSuffix,
            let type = SentencePieceFile.modelType(bytes)
        else { return nil }
        // In models other than unigram, the library treats unused pieces as text; in byte-pair models it splits them again.
        if type != .unigram, !table.spellings(.unused).isEmpty { return nil }
        self.table = table
        var byByte: [Int32] = Array(repeating: -1, count: 256)
        for (spelling, id) in table.spellings(.byte) { if let byte = SentencePieceFile.byte(spelling) { byByte[Int(byte)] = id } }
        let hasBytes = !byByte.contains(-1)
        // A word may be spelt like a byte piece.
        if settings.fallsBackToBytes != hasBytes || hasBytes && type == .words { return nil }
        bytePieces = hasBytes ? byByte : nil
        let symbols = table.spellings(.userDefined)
        let symbolTrie = symbols.isEmpty ? nil : PieceTrie(symbols)
        switch type {
        case .unigram: method = .unigram(Unigram(table))
        case .bytePairs:
            guard let merges = PieceMerges(table, symbols: symbolTrie) else { return nil }
            method = .bytePairs(merges)
        case .characters: method = .characters(symbols: symbolTrie)
        case .words: method = .words
        }
        // If a word start is a piece by itself and no piece continues past one, all paths meet at word starts. Consecutive unknown words
        // are one piece.
        let wordStart = Array("▁".utf8)
        func wordStarts(in spelling: ArraySlice<UInt8>) -> Int { spelling.indices.count { spelling[$0...].starts(with: wordStart) } }
        let texts = table.spellings(.normal) + symbols
        let pathsMeet =
            type != .words && texts.contains { $0.spelling.elementsEqual(wordStart) }
            && texts.allSatisfy { wordStarts(in: $0.spelling.dropFirst()) == 0 }
        normalizer = PieceNormalizer(settings, rules: rules, symbols: symbolTrie, cutsAtWordStarts: pathsMeet)
    }

    /// Calls `receive` with each piece of `text`, in order. Without `wantsPlaces`, `start` and `end` of the pieces are 0.
    func encode(_ text: UnsafeBufferPointer<UInt8>, wantsPlaces: Bool, _ receive: (SentencePieceModel.Piece) -> Void) {
        let (table, bytePieces, unknownID) = (table, bytePieces, table.unknownID)
        var path = Unigram<Float>.Path()
        normalizer.forEachRun(of: text, wantsPlaces: wantsPlaces) { run, places in
            func give(_ id: Int32, _ range: Range<Int>, _ spelling: UnsafeRawBufferPointer) {
                let start = wantsPlaces ? Int(places[range.lowerBound]) : 0
                let end = wantsPlaces ? Int(places[range.upperBound]) : 0
                receive(SentencePieceModel.Piece(id: id, start: start, end: max(start, end), spelling: spelling))
            }
            func take(_ id: Int32, _ range: Range<Int>) {
                guard id == unknownID, let bytePieces else {
                    return give(id, range, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(run)[range]))
                }
                // A byte piece is spelt by its name.
                for at in range { table.withSpelling(bytePieces[Int(run[at])]) { give(bytePieces[Int(run[at])], at..<at + 1, $0) } }
            }
            if case .unigram(let unigram) = method, !unigram.isLong(run) {
                unigram.extend(&path, by: run)
                for (id, range) in path.pieces.reversed() { take(id, range) }
                return
            }
            var unknown: Range<Int>?
            forEachPart(of: run, &path) { id, range in
                if id == unknownID {
                    unknown = (unknown?.lowerBound ?? range.lowerBound)..<range.upperBound
                } else {
                    if let range = unknown { take(unknownID, range) }
                    unknown = nil
                    take(id, range)
                }
            }
            if let range = unknown { take(unknownID, range) }
        }
    }

    /// Calls `receive` with each part of a run and its id, which is the unknown id for every unknown character or word. This is slower than
    /// keeping a unigram model's path, but uses less memory.
    private func forEachPart(of run: UnsafeBufferPointer<UInt8>, _ path: inout Unigram<Float>.Path, _ receive: (Int32, Range<Int>) -> Void)
    {
        func take(_ range: Range<Int>) {
            receive(table.trie.exact(UnsafeBufferPointer(rebasing: run[range])) ?? table.unknownID, range)
        }
        switch method {
        case .unigram(let unigram): unigram.extend(&path, byLong: run, receive)
        case .bytePairs(let merges): merges.split(run, take)
        case .characters(let symbols):
            var at = 0
            while at < run.count {
                let symbol = symbols?.longest(UnsafeBufferPointer(rebasing: run[at...]))
                let end = at + (symbol?.length ?? min(characterWidth(run[at]), run.count - at))
                take(at..<end)
                at = end
            }
        case .words:
            var start = 0
            for at in run.indices.dropFirst() where run[at] == 0xE2 && run[at...].starts(with: "▁".utf8) {
                take(start..<at)
                start = at
            }
            if start < run.count { take(start..<run.count) }
        }
    }
}
