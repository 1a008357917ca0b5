/// A SentencePiece model, whatever its type, with its own normalisation: a unigram model as it is run here, any other as the library runs it.
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
        case unigram(Unigram)
        case library(SentencePieceLibrary)
    }

    package let size: Int
    package let unknownID: Int32
    private let engine: Engine
    private let normalization: NormalizationTrace?

    /// Loads a serialized model; `file` is the name that an error gives it.
    package init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        let rules = try SentencePieceCheck.rules(bytes, file: file)
        if let unigram = Unigram(bytes, rules: rules) {
            engine = .unigram(unigram)
            (size, unknownID) = (unigram.table.size, unigram.table.unknownID)
        } else {
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
        case .unigram(let unigram): Self.encode(text, unigram, wantsPlaces: wantsPlaces, receive)
        case .library(let library): library.encode(text, receive)
        }
    }

    private static func encode(
        _ text: UnsafeBufferPointer<UInt8>, _ unigram: Unigram, wantsPlaces: Bool, _ receive: (Piece) -> Void
    ) {
        var path = Unigram.Path()
        unigram.normalizer.forEachRun(of: text, wantsPlaces: wantsPlaces) { bytes, places in
            unigram.extend(&path, by: bytes)
            for (id, range) in path.pieces.reversed() {
                let start = wantsPlaces ? Int(places[range.lowerBound]) : 0
                let end = wantsPlaces ? Int(places[range.upperBound]) : 0
                let spelling = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[range])
                if let bytePieces = unigram.bytePieces, range.count == 1, bytePieces[Int(spelling[0])] == id {
                    // The piece of a byte is spelt by its name.
                    unigram.table.withSpelling(id) { receive(Piece(id: id, start: start, end: max(start, end), spelling: $0)) }
                } else {
                    receive(Piece(id: id, start: start, end: max(start, end), spelling: spelling))
                }
            }
        }
    }

    /// Whether the pieces are found here.
    package var isOwn: Bool { if case .unigram = engine { true } else { false } }

    /// The id of a piece spelled so, or the unknown id.
    package func id(_ piece: String) -> Int32 {
        var piece = piece
        return piece.withUTF8 { id(UnsafeRawBufferPointer($0)) }
    }

    func id(_ piece: UnsafeRawBufferPointer) -> Int32 {
        switch engine {
        case .unigram(let unigram): unigram.table.id(piece)
        case .library(let library): library.id(piece)
        }
    }

    package func piece(_ id: Int32) -> String { withSpelling(id) { String(decoding: $0, as: UTF8.self) } }

    func withSpelling<Result>(_ id: Int32, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .unigram(let unigram): return unigram.table.withSpelling(id, use)
        case .library(let library): return library.withSpelling(id, use)
        }
    }

    /// The logarithm of a unigram piece's probability; for byte-pair models minus the order of its merge.
    package func score(_ id: Int32) -> Float {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .unigram(let unigram): return unigram.table.score(id)
        case .library(let library): return library.score(id)
        }
    }

    /// Whether the piece stands for a word or part of one, or for a byte: not a control symbol, unused, or the unknown piece.
    package func isText(_ id: Int32) -> Bool { [.normal, .userDefined, .byte].contains(type(id)) }

    private func type(_ id: Int32) -> SerializedModel.PieceType {
        precondition(id >= 0 && Int(id) < size)
        switch engine {
        case .unigram(let unigram): return unigram.table.type(id)
        case .library(let library): return library.type(id)
        }
    }
}
