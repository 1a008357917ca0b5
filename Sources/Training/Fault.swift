import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

/// The ways in which things go wrong, as whoever called for them has to tell them apart: the program by its exit status, the library by a kind.
package enum Fault: Sendable {
    /// What was asked for is out of range, or does not go with the model.
    case badRequest
    /// A file or folder is missing or cannot be opened.
    case missing
    /// A file holds what it should not.
    case badData
    /// A file that is there could not be read to its end.
    case readFailed
    /// What should be written is there already, or cannot be written.
    case notWritten
    /// The loss ran away.
    case diverged

    /// Nil for an error of no room below this one.
    package init?(_ error: any Error) {
        switch error {
        case let error as CorpusError:
            switch error.kind {
            case .badData: self = .badData
            case .noInput: self = .missing
            case .readFailed: self = .readFailed
            }
        case let error as WeightsError:
            switch error {
            case .noWeights: self = .missing
            default: self = .badData
            }
        case let error as FileError:
            switch error {
            case .missing, .notAFolder, .notAFile, .unreadable: self = .missing
            case .tooLong, .notJSON: self = .badData
            case .unwritable, .exists, .notReplaced, .holdsInput: self = .notWritten
            }
        case is CheckpointError: self = .notWritten
        case let error as TokenizerError:
            switch error {
            case .unreadable, .noTokenizer: self = .missing
            case .badRecipe: self = .badRequest
            default: self = .badData
            }
        case is OptionError, is LengthError, is HeadMismatch: self = .badRequest
        case is ConfigurationError, is ModelError, is VocabularyMismatch, is NonFiniteWeights, is NoClassifier, is QuantizedWeights:
            self = .badData
        case is TuningError: self = .diverged
        default: return nil
        }
    }
}
