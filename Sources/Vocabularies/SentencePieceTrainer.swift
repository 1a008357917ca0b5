import CTenorSentencePieceTrainer
import TenorReading

/// The trainer of libsentencepiece.
enum SentencePieceTrainer {
    /// Trains a model with the trainer options on the sentences that `next` returns, and returns it serialized.
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
        guard trained else { throw .trainingFailed(why: taken(message)) }
        defer { spm_train_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: length))
    }

    /// Keeps the bytes of the trainer's current sentence alive.
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

    private static func taken(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "" }
        defer { spm_train_free(message) }
        return String(cString: message)
    }
}
