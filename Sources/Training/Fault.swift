import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

/// The kinds of failure that callers distinguish: the program by its exit status, the library by its error kind.
package enum Fault: Sendable {
    /// An argument is out of range or does not fit the model.
    case badRequest
    /// A file or folder is missing or cannot be opened.
    case missing
    /// A file has invalid content.
    case badData
    /// An existing file could not be read to its end.
    case readFailed
    /// The output already exists or cannot be written.
    case notWritten
    /// Training diverged.
    case diverged

    /// Nil for an error that comes from neither this module nor one below it.
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
            case .tooLong, .notJSON, .foreign: self = .badData
            case .unwritable, .exists, .notReplaced, .holdsInput, .isInput: self = .notWritten
            }
        case CheckpointError.otherRun: self = .badData
        case is CheckpointError, is UnusableFolder: self = .notWritten
        case let error as TokenizerError:
            switch error {
            case .unreadable, .noTokenizer: self = .missing
            case .badRecipe: self = .badRequest
            default: self = .badData
            }
        case is OptionError, is LengthError, is HeadMismatch, is HeadOfOtherTask, is HeadOverlap, is NoHeadForOldRows, is UnlikeLayers:
            self = .badRequest
        case is ConfigurationError, is ModelError, is VocabularyMismatch, is NonFiniteWeights, is NoClassifier, is NoPairs,
            is QuantizedWeights, is EmptyPart, is CurveError, is NoTexts, is UnusableTeacher, is ChoosingError, is AuditError,
            is LabelLikeOld:
            self = .badData
        case is TuningError: self = .diverged
        default: return nil
        }
    }
}
