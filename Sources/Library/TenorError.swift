import TenorFiles
import TenorTraining

/// Why an operation failed: one line that says *what is there, what is needed*, with the file, record or line if there is one.
///
/// ```
/// model.safetensors: 'encoder.layer.0.output.dense.weight' is [768, 30], this model needs [768, 768]
/// ```
public struct TenorError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// An argument is out of range or does not fit the model.
        case badRequest
        /// A file or folder is missing or cannot be opened.
        case missing
        /// A file or row has invalid content.
        case badData
        /// An existing file could not be read to its end.
        case readFailed
        /// The output already exists or cannot be written.
        case notWritten
        /// The processor has no instructions for a ``Precision``.
        case unavailable
        /// Training diverged: the loss, the gradient or the weights are no longer finite.
        case diverged
    }

    public let kind: Kind
    /// The message, in one line.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = messageLine(description)
    }

    init(_ error: any Error) {
        let kind: Kind =
            switch Fault(error) {
            case .badRequest: .badRequest
            case .missing: .missing
            case .badData, nil: .badData
            case .readFailed: .readFailed
            case .notWritten: .notWritten
            case .diverged: .diverged
            }
        self.init(kind, "\(error)")
    }
}

/// Runs `body` and converts whatever it throws to a ``TenorError``.
func wrapped<Result>(_ body: () throws -> Result) throws(TenorError) -> Result {
    do {
        return try body()
    } catch let error as TenorError {
        throw error
    } catch {
        throw TenorError(error)
    }
}

/// Rejects an invalid argument. It throws rather than traps, because the value may come from a user.
func check(_ isRight: Bool, _ name: String, _ needed: String) throws(TenorError) {
    if !isRight { throw TenorError(.badRequest, "\(name) must be \(needed)") }
}
