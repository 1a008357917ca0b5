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
    private let unigram: Unigram?
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
        unigram = Unigram(bytes, unknownID: unknownID)
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

    /// Calls `receive` with each piece of `text`, in order. Where nobody wants them, `start` and `end` of the pieces are 0.
    package func encode(_ text: UnsafeBufferPointer<UInt8>, wantsPlaces: Bool = true, _ receive: (Piece) -> Void) {
        guard let unigram, let normalizer = unigram.normalizer else { return encodeByLibrary(text, receive) }
        var normalized: [UInt8] = []
        normalized.reserveCapacity(text.count + text.count / 2 + 16)
        var places: [Int32] = []
        if wantsPlaces { places.reserveCapacity(text.count + text.count / 2 + 16) }
        normalizer.normalize(text, into: &normalized, places: &places, wantsPlaces: wantsPlaces)
        normalized.withUnsafeBufferPointer { bytes in
            var pieces: [(id: Int32, range: Range<Int>)] = []
            pieces.reserveCapacity(bytes.count / 3 + 4)
            unigram.segment(bytes) { id, range in
                if id != unknownID {
                    pieces.append((id, range))
                } else if let bytePieces = unigram.bytePieces {
                    for at in range.reversed() { pieces.append((bytePieces[Int(bytes[at])], at..<at + 1)) }
                } else if let last = pieces.last, last.id == id {
                    // Unknown characters in a row are one unknown piece.
                    pieces[pieces.count - 1].range = range.lowerBound..<last.range.upperBound
                } else {
                    pieces.append((id, range))
                }
            }
            for (id, range) in pieces.reversed() {
                let start = wantsPlaces ? Int(places[range.lowerBound]) : 0
                let end = wantsPlaces ? Int(places[range.upperBound]) : 0
                var spelling = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range])
                if let bytePieces = unigram.bytePieces, range.count == 1, bytePieces[Int(spelling[0])] == id {
                    // The piece of a byte is spelt by its name.
                    var length = 0
                    let name = spm_spelling(model, id, &length)
                    spelling = UnsafeRawBufferPointer(start: name, count: length)
                }
                receive(Piece(id: id, start: start, end: max(start, end), spelling: spelling))
            }
        }
    }

    /// The same by the library from beginning to end: for models of other types, and as the judge.
    package func encodeByLibrary(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Piece) -> Void) {
        var pieces: UnsafePointer<spm_piece>?
        var count = 0
        let encoded = text.withMemoryRebound(to: CChar.self) { spm_encode(model, $0.baseAddress, $0.count, &pieces, &count, nil) }
        // A loaded model refuses no text, so a failure here is a fault of ours.
        precondition(encoded, "libsentencepiece could not encode a text")
        for piece in UnsafeBufferPointer(start: pieces, count: count) {
            let spelling = UnsafeRawBufferPointer(start: piece.piece, count: Int(piece.piece_length))
            receive(Piece(id: piece.id, start: Int(piece.begin), end: Int(piece.end), spelling: spelling))
        }
    }

    /// Whether the pieces are found here, the library standing by as the judge.
    package var isOwn: Bool { unigram?.normalizer != nil }

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
