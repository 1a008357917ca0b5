/// A WordPiece vocabulary: a word is split into its longest known tokens from the left.
struct WordPieces: Sendable {
    let unknownID: Int32
    private let starts: PieceTrie
    private let continuations: PieceTrie

    /// - Parameter prefix: what marks a token that continues a word.
    init(_ pieces: [(spelling: String, id: Int32)], prefix: String = "##", unknownID: Int32) {
        self.unknownID = unknownID
        let length = prefix.utf8.count
        starts = PieceTrie(pieces.lazy.filter { !$0.spelling.isEmpty }.map { ($0.spelling.utf8, $0.id) })
        continuations = PieceTrie(
            pieces.lazy.filter { $0.spelling.utf8.count > length && $0.spelling.utf8.starts(with: prefix.utf8) }.map {
                ($0.spelling.utf8.dropFirst(length), $0.id)
            })
    }

    /// Calls `receive` with the id of each token of a word and the bytes that it covers. A word of which any part is unknown, or which has
    /// more scalars than `longest`, is unknown as a whole.
    @inline(__always)
    func split(_ word: UnsafeBufferPointer<UInt8>, longest: Int, _ receive: (Int32, Range<Int>) -> Void) {
        // Only a word with more bytes than this can have too many scalars.
        var isKnown = word.count <= longest || word.lazy.filter { $0 & 0xC0 != 0x80 }.count <= longest
        withUnsafeTemporaryAllocation(of: (id: Int32, end: Int).self, capacity: isKnown ? word.count : 0) { found in
            var (at, count) = (0, 0)
            while isKnown, at < word.count {
                let rest = UnsafeBufferPointer(rebasing: word[at...])
                if let piece = at == 0 ? starts.longest(rest) : continuations.longest(rest) {
                    at += piece.length
                    found.initializeElement(at: count, to: (piece.id, at))
                    count += 1
                } else {
                    isKnown = false
                }
            }
            guard isKnown else { return receive(unknownID, 0..<word.count) }
            at = 0
            for (id, end) in found[..<count] {
                receive(id, at..<end)
                at = end
            }
        }
    }
}
