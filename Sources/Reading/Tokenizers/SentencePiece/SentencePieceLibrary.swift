import CTenorSentencePiece

/// A SentencePiece model of any type, run by libsentencepiece: for models that this package does not run itself, and as the reference.
package final class SentencePieceLibrary: @unchecked Sendable {  // The library's processor is not modified after loading.
    package let size: Int
    package let unknownID: Int32
    private let model: OpaquePointer

    /// Loads a serialized model that ``SentencePieceCheck`` has validated; errors refer to it as `file`.
    package init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let model = bytes.withUnsafeBytes({ spm_load($0.baseAddress, $0.count, &message) }) else {
            throw .badSentencePieceModel(file: file, why: Self.take(message))
        }
        self.model = model
        size = Int(spm_size(model))
        unknownID = spm_unknown_id(model)
    }

    deinit { spm_free(model) }

    /// Calls `receive` with each piece of `text`, in order.
    package func encode(_ text: UnsafeBufferPointer<UInt8>, _ receive: (SentencePieceModel.Piece) -> Void) {
        var found: UnsafePointer<spm_piece>?
        var count = 0
        let encoded = text.withMemoryRebound(to: CChar.self) { spm_encode(model, $0.baseAddress, $0.count, &found, &count, nil) }
        // A loaded model accepts every text, so a failure here is a bug in this package.
        precondition(encoded, "libsentencepiece could not encode a text")
        // Copied, because `receive` may encode part of a piece, which overwrites the library's result.
        let pieces = UnsafeBufferPointer(start: found, count: count).map { piece in
            (piece, UnsafeRawBufferPointer(start: piece.piece, count: Int(piece.piece_length)).map { $0 })
        }
        for (piece, spelling) in pieces {
            spelling.withUnsafeBytes {
                receive(SentencePieceModel.Piece(id: piece.id, start: Int(piece.begin), end: Int(piece.end), spelling: $0))
            }
        }
    }

    func id(_ piece: UnsafeRawBufferPointer) -> Int32 {
        spm_id(model, piece.assumingMemoryBound(to: CChar.self).baseAddress, piece.count)
    }

    func withSpelling<Result>(_ id: Int32, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        var length = 0
        let bytes = spm_spelling(model, id, &length)
        return use(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    func score(_ id: Int32) -> Float { spm_score(model, id) }

    func type(_ id: Int32) -> SentencePieceFile.PieceType {
        switch spm_type_of(model, id) {
        case spm_normal: .normal
        case spm_unknown: .unknown
        case spm_control: .control
        case spm_unused: .unused
        case spm_byte: .byte
        default: .other
        }
    }

    private static func take(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "" }
        defer { spm_message_free(message) }
        return String(cString: message)
    }
}
