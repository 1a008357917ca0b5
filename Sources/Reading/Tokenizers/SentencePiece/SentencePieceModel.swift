/// A SentencePiece model of any type, with its own normalisation. This package runs it itself, or has the library run it if the model uses
/// features that are not supported here.
///
/// It knows nothing of the families that wrap such models: it adds no special tokens and shifts no ids.
package final class SentencePieceModel: Sendable {
    /// One piece: its id and the bytes of the text that it covers.
    package struct Piece {
        package let id: Int32
        package let start: Int
        package let end: Int
        /// Its spelling, or for an unknown piece the normalised text that it covers; valid only inside the closure that receives the piece.
        package let spelling: UnsafeRawBufferPointer
    }

    private enum Engine {
        case own(PieceModel)
        case library(SentencePieceLibrary)
    }

    package let size: Int
    package let unknownID: Int32
    private let engine: Engine
    private let normalization: NormalizationTrace?

    /// Loads a serialized model; errors refer to it as `file`.
    package init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        let rules = try SentencePieceCheck.rules(bytes, file: file)
        if let own = PieceModel(bytes, rules: rules) {
            engine = .own(own)
            (size, unknownID) = (own.table.size, own.table.unknownID)
        } else {
            try SentencePieceCheck.checkControlSymbols(bytes, file: file)
            let library = try SentencePieceLibrary(bytes, file: file)
            engine = .library(library)
            (size, unknownID) = (library.size, library.unknownID)
        }
        normalization = NormalizationTrace(bytes, rules: rules)
    }

    /// Calls `receive` with each piece of `text` and its exact origin, in order.
    package func encodeTraced(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Piece) -> Void) {
        guard let normalization else { return encode(text, receive) }
        let trace = normalization.trace(text)
        var at: Int? = 0
        encode(text) { piece in
            // Once the trace and the library diverge, use the piece's own range.
            guard let start = at else { return receive(piece) }
            let byte = type(piece.id) == .byte ? SentencePieceFile.byte(piece.spelling) : nil
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

    /// Calls `receive` with each piece of `text`, in order. Without `wantsPlaces`, `start` and `end` of the pieces may be 0.
    package func encode(_ text: UnsafeBufferPointer<UInt8>, wantsPlaces: Bool = true, _ receive: (Piece) -> Void) {
        switch engine {
        case .own(let model): model.encode(text, wantsPlaces: wantsPlaces, receive)
        case .library(let library): library.encode(text, receive)
        }
    }

    /// Whether this package runs the model itself.
    package var isOwn: Bool { if case .own = engine { true } else { false } }

    /// The id of the piece with this spelling, or the unknown id.
    package func id(_ piece: String) -> Int32 {
        var piece = piece
        return piece.withUTF8 { id(UnsafeRawBufferPointer($0)) }
    }

    func id(_ piece: UnsafeRawBufferPointer) -> Int32 {
        switch engine {
        case .own(let model): model.table.id(piece)
        case .library(let library): library.id(piece)
        }
    }

    package func piece(_ id: Int32) -> String { withSpelling(id) { String(decoding: $0, as: UTF8.self) } }

    func withSpelling<Result>(_ id: Int32, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .own(let model): return model.table.withSpelling(id, use)
        case .library(let library): return library.withSpelling(id, use)
        }
    }

    /// The log probability of a unigram piece; for byte-pair models, the negated rank of its merge.
    package func score(_ id: Int32) -> Float {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .own(let model): return model.table.score(id)
        case .library(let library): return library.score(id)
        }
    }

    /// Whether the piece stands for a word, part of a word or a byte; false for control symbols, unused pieces and the unknown piece.
    package func isText(_ id: Int32) -> Bool { [.normal, .userDefined, .byte].contains(type(id)) }

    func type(_ id: Int32) -> SentencePieceFile.PieceType {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .own(let model): return model.table.type(id)
        case .library(let library): return library.type(id)
        }
    }
}
