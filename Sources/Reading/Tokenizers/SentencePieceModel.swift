/// A SentencePiece model, whatever its type, with its own normalisation: as it is run here, or where it has what is not known here, as the
/// library runs it.
///
/// It knows nothing of the families that wrap such models: no special tokens are added, no id is moved.
package final class SentencePieceModel: Sendable {
    /// One piece: its id and the bytes of the text that it covers.
    package struct Piece {
        package let id: Int32
        package let start: Int
        package let end: Int
        /// How it is spelt, or for an unknown piece the normalised text that it covers; valid inside the closure that received the piece.
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

    /// Loads a serialized model; `file` is the name that an error gives it.
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

    /// Calls `receive` with each piece of `text`, in order, and with where it came from, exactly.
    package func encodeTraced(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Piece) -> Void) {
        guard let normalization else { return encode(text, receive) }
        let trace = normalization.trace(text)
        var at: Int? = 0
        encode(text) { piece in
            // The piece's own range stands where the trace went another way than the library.
            guard let start = at else { return receive(piece) }
            let byte = type(piece.id) == .byte ? SerializedModel.byte(piece.spelling) : nil
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
        switch engine {
        case .own(let model): model.encode(text, wantsPlaces: wantsPlaces, receive)
        case .library(let library): library.encode(text, receive)
        }
    }

    /// Whether the pieces are found here.
    package var isOwn: Bool { if case .own = engine { true } else { false } }

    /// The id of a piece spelled so, or the unknown id.
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

    /// The logarithm of a unigram piece's probability; for byte-pair models minus the order of its merge.
    package func score(_ id: Int32) -> Float {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .own(let model): return model.table.score(id)
        case .library(let library): return library.score(id)
        }
    }

    /// Whether the piece stands for a word or part of one, or for a byte: not a control symbol, unused, or the unknown piece.
    package func isText(_ id: Int32) -> Bool { [.normal, .userDefined, .byte].contains(type(id)) }

    func type(_ id: Int32) -> SerializedModel.PieceType {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .own(let model): return model.table.type(id)
        case .library(let library): return library.type(id)
        }
    }
}
