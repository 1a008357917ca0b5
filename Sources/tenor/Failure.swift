import ArgumentParser
import Modeling
import Reading
import Tuning

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the program ends when it cannot go on: one line to standard error, and the exit status of sysexits.h that fits.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    private var status: Int32? {
        switch error {
        case let error as CorpusError:
            switch error.kind {
            case .badData: EX_DATAERR
            case .noInput: EX_NOINPUT
            case .readFailed: EX_IOERR
            }
        case let error as WeightsError:
            switch error {
            case .unreadable, .notAFile, .noWeights: EX_NOINPUT
            case .unwritable, .exists: EX_CANTCREAT
            default: EX_DATAERR
            }
        case let error as FolderError:
            switch error {
            case .unwritable, .exists: EX_CANTCREAT
            case .missing: EX_NOINPUT
            }
        case let error as TokenizerError:
            switch error {
            case .unreadable, .noTokenizer: EX_NOINPUT
            default: EX_DATAERR
            }
        case is OutputError: EX_IOERR
        case is LengthError, is HeadMismatch: EX_USAGE
        case let error as Interruption: 128 + error.signal
        case is ConfigurationError, is ModelError, is VocabularyMismatch, is NonFiniteWeights, is TuningError: EX_DATAERR
        default: nil
        }
    }

    func exit() -> Never {
        guard let status else { Tenor.exit(withError: error) }
        // What was answered before the failure is worth keeping.
        try? Output.flush()
        Remarks.line("tenor: \(error)")
        Glibc.exit(status)
    }
}

/// Standard output could not be written.
struct OutputError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "standard output: \(reason)" }
}
