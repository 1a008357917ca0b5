import CSentencePiece

/// A SentencePiece model as libsentencepiece runs it, whatever its type, with its own normalisation.
///
/// It knows nothing of the families that wrap such models: no special tokens are added, no id is moved.
package final class SentencePieceModel: @unchecked Sendable {  // The library's processor is never changed once loaded.
    /// One piece: its id and the bytes of the text that it covers.
    package struct Piece {
        package let id: Int32
        package let start: Int
        package let end: Int
        /// How it is spelt, or for an unknown piece the normalised text that it covers; valid inside the closure that received the piece.
        package let spelling: UnsafeRawBufferPointer
    }

    package let size: Int
    package let unknownID: Int32
    private let model: OpaquePointer
    private let ties: UnigramTies?
    private let normalization: NormalizationTrace?

    /// Loads a serialized model; `file` is the name that an error gives it.
    package init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        try SentencePieceCheck.check(bytes, file: file)
        var message: UnsafeMutablePointer<CChar>?
        guard let model = bytes.withUnsafeBytes({ spm_load($0.baseAddress, $0.count, &message) }) else {
            throw .badSentencePieceModel(file: file, why: Self.take(message))
        }
        self.model = model
        size = Int(spm_size(model))
        unknownID = spm_unknown_id(model)
        ties = UnigramTies(bytes, unknownID: unknownID)
        normalization = NormalizationTrace(bytes)
    }

    deinit { spm_free(model) }

    /// Calls `receive` with each piece of `text`, in order, and with where it came from, exactly.
    package func encodeTraced(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Piece) -> Void) {
        guard let normalization else { return encode(text, receive) }
        let trace = normalization.trace(text)
        var at: Int? = 0
        encode(text) { piece in
            // The library's own ranges stand where the trace went another way than the library.
            guard let start = at else { return receive(piece) }
            let byte = spm_type_of(model, piece.id) == spm_byte ? SerializedModel.byte(piece.spelling) : nil
            let end = start + (byte == nil ? piece.spelling.count : 1)
            let isSame =
                end <= trace.bytes.count
                && (byte.map { $0 == trace.bytes[start] } ?? trace.bytes[start..<end].elementsEqual(piece.spelling))
            at = isSame ? end : nil
            guard isSame else { return receive(piece) }
            let origin = trace.origin(ofPiece: start..<end)
            receive(Piece(id: piece.id, start: origin.lowerBound, end: origin.upperBound, spelling: piece.spelling))
        }
    }

    /// Calls `receive` with each piece of `text`, in order.
    package func encode(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Piece) -> Void) {
        var pieces: UnsafePointer<spm_piece>?
        var count = 0
        let encoded = text.withMemoryRebound(to: CChar.self) { spm_encode(model, $0.baseAddress, $0.count, &pieces, &count, nil) }
        // A loaded model refuses no text, so a failure here is a fault of ours.
        precondition(encoded, "libsentencepiece could not encode a text")
        let found = UnsafeBufferPointer(start: pieces, count: count)
        if let ties, settle(found, ties, receive) { return }
        for piece in found {
            let spelling = UnsafeRawBufferPointer(start: piece.piece, count: Int(piece.piece_length))
            receive(Piece(id: piece.id, start: Int(piece.begin), end: Int(piece.end), spelling: spelling))
        }
    }

    /// Gives the pieces as ``UnigramTies`` cuts them where the library cuts otherwise; false, and nothing given, where it does not.
    private func settle(_ found: UnsafeBufferPointer<spm_piece>, _ ties: UnigramTies, _ receive: (Piece) -> Void) -> Bool {
        // The text as the library normalised it: its pieces put together, those for single bytes as their bytes.
        let length = found.reduce(0) { $0 + Int($1.piece_length) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 1) { text in
            var end = 0
            for piece in found {
                let spelling = UnsafeRawBufferPointer(start: piece.piece, count: Int(piece.piece_length))
                if ties.bytePieces != nil, spm_type_of(model, piece.id) == spm_byte, let byte = SerializedModel.byte(spelling) {
                    text[end] = byte
                    end += 1
                } else {
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(text)[end...]).copyMemory(from: spelling)
                    end += spelling.count
                }
            }
            let normalized = UnsafeBufferPointer(rebasing: text[..<end])
            var pieces: [(id: Int32, range: Range<Int>)] = []
            pieces.reserveCapacity(found.count)
            ties.segment(normalized) { id, range in
                if id != unknownID {
                    pieces.append((id, range))
                } else if let bytePieces = ties.bytePieces {
                    for at in range.reversed() { pieces.append((bytePieces[Int(normalized[at])], at..<at + 1)) }
                } else if let last = pieces.last, last.id == id {
                    // Unknown characters in a row are one unknown piece.
                    pieces[pieces.count - 1].range = range.lowerBound..<last.range.upperBound
                } else {
                    pieces.append((id, range))
                }
            }
            let isSame = pieces.count == found.count && zip(pieces.reversed(), found).allSatisfy { $0.id == $1.id }
            guard !isSame else { return false }
            let places = Places(found, model: model, bytes: ties.bytePieces != nil)
            for (id, range) in pieces.reversed() {
                let start = places.original(range.lowerBound, isEnd: false)
                let spelling = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(normalized)[range])
                receive(Piece(id: id, start: start, end: max(start, places.original(range.upperBound, isEnd: true)), spelling: spelling))
            }
            return true
        }
    }

    /// Which byte of the original a byte of the normalised text came from, as far as the library's pieces tell.
    private struct Places {
        private var spans: [(normalized: Range<Int>, original: Range<Int>, bodyLength: Int)] = []

        init(_ found: UnsafeBufferPointer<spm_piece>, model: OpaquePointer, bytes: Bool) {
            var at = 0
            for piece in found {
                let spelling = UnsafeRawBufferPointer(start: piece.piece, count: Int(piece.piece_length))
                let isByte = bytes && spm_type_of(model, piece.id) == spm_byte
                let length = isByte ? 1 : spelling.count
                let body = spelling.starts(with: "▁".utf8) ? length - 3 : length
                spans.append((at..<at + length, Int(piece.begin)..<max(Int(piece.begin), Int(piece.end)), body))
                at += length
            }
        }

        func original(_ at: Int, isEnd: Bool) -> Int {
            // The span that holds the byte, or for an end the byte before it.
            let inside = isEnd ? at - 1 : at
            guard let span = spans.first(where: { $0.normalized.contains(inside) }) else { return spans.last?.original.upperBound ?? 0 }
            let fromEnd = span.normalized.upperBound - at
            let length = span.original.count
            // Where the lengths agree, but for a space at the word's start, the bytes do.
            guard length == span.bodyLength || length == span.bodyLength + 1 else {
                return isEnd ? span.original.upperBound : span.original.lowerBound
            }
            return fromEnd > span.bodyLength ? span.original.lowerBound : span.original.upperBound - fromEnd
        }
    }

    /// The id of a piece spelled so, or the unknown id.
    package func id(_ piece: String) -> Int32 {
        var piece = piece
        return piece.withUTF8 { id(UnsafeRawBufferPointer($0)) }
    }

    func id(_ piece: UnsafeRawBufferPointer) -> Int32 {
        spm_id(model, piece.assumingMemoryBound(to: CChar.self).baseAddress, piece.count)
    }

    package func piece(_ id: Int32) -> String { spelling(id) { String(decoding: $0, as: UTF8.self) } }

    func spelling<Result>(_ id: Int32, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(id >= 0 && Int(id) < size)
        var length = 0
        let bytes = spm_spelling(model, id, &length)
        return use(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// The logarithm of a unigram piece's probability; for byte-pair models minus the order of its merge.
    package func score(_ id: Int32) -> Float {
        precondition(id >= 0 && Int(id) < size)
        return spm_score(model, id)
    }

    /// Whether the piece stands for a word or part of one, or for a byte: not a control symbol, unused, or the unknown piece.
    package func isText(_ id: Int32) -> Bool {
        precondition(id >= 0 && Int(id) < size)
        let type = spm_type_of(model, id)
        return type == spm_normal || type == spm_byte
    }

    /// Trains a model with the library's options on the sentences that `next` gives, and returns it serialized.
    static func train(options: [(name: String, value: String)], _ next: @escaping () -> String?) throws(TokenizerError) -> [UInt8] {
        let source = SentenceSource(next)
        var bytes: UnsafeMutablePointer<UInt8>?
        var length = 0
        var message: UnsafeMutablePointer<CChar>?
        let trained = withExtendedLifetime(source) {
            spm_train(
                options.map { "\($0.name)=\($0.value)" }.joined(separator: "\n"),
                { context, length in
                    guard let context, let length else { return nil }
                    return Unmanaged<SentenceSource>.fromOpaque(context).takeUnretainedValue().next(&length.pointee)
                },
                Unmanaged.passUnretained(source).toOpaque(), &bytes, &length, &message)
        }
        guard trained else { throw .trainingFailed(why: take(message)) }
        defer { spm_bytes_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: length))
    }

    /// Keeps the bytes of the sentence that the trainer is looking at.
    private final class SentenceSource {
        private let nextSentence: () -> String?
        private var bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 1 << 12)

        init(_ nextSentence: @escaping () -> String?) { self.nextSentence = nextSentence }

        deinit { bytes.deallocate() }

        func next(_ length: inout Int) -> UnsafePointer<CChar>? {
            guard var sentence = nextSentence() else { return nil }
            length = sentence.utf8.count
            if length > bytes.count {
                bytes.deallocate()
                bytes = .allocate(capacity: length * 2)
            }
            sentence.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { _ = bytes.update(fromContentsOf: $0) }
            }
            return UnsafePointer(bytes.baseAddress)
        }
    }

    private static func take(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "" }
        defer { spm_message_free(message) }
        return String(cString: message)
    }
}
