import TenorFiles
import TenorTraining

/// Why something cannot be done: one line that says *what is there, what is needed*, with the file, record or line where there is one.
///
/// ```
/// model.safetensors: 'encoder.layer.0.output.dense.weight' is [768, 30], this model needs [768, 768]
/// ```
///
/// Where the line names an option of the command line, such as `--max-length`, the value of that name is meant.
public struct TenorError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// A value that was handed in is out of its range, or does not go with the model.
        case badRequest
        /// A file or folder is missing or cannot be opened.
        case missing
        /// A file or row holds what it should not.
        case badData
        /// A file that is there could not be read to its end.
        case readFailed
        /// What should be written is there already, or cannot be written.
        case notWritten
        /// The processor has no instructions for a ``Precision``.
        case unavailable
        /// Tuning ran away: the loss is no longer a number.
        case diverged
    }

    public let kind: Kind
    /// The line.
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

/// Runs `body` and makes a ``TenorError`` of whatever it throws.
func wrapped<Result>(_ body: () throws -> Result) throws(TenorError) -> Result {
    do {
        return try body()
    } catch let error as TenorError {
        throw error
    } catch {
        throw TenorError(error)
    }
}

/// Refuses a value that a caller got wrong; it may come from a person, so it does not trap.
func check(_ isRight: Bool, _ name: String, _ needed: String) throws(TenorError) {
    if !isRight { throw TenorError(.badRequest, "\(name) must be \(needed)") }
}
