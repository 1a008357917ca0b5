import TenorFiles
import TenorReading
import TenorTraining

/// The options that help after an error, to be added to its message; "" if there are none. The modules below know no options.
func advice(on error: any Error) -> String {
    switch error {
    case FileError.exists: " with --force"
    case CheckpointError.unfinishedRun: "; --resume continues it, --force starts from the beginning"
    case CheckpointError.otherRun: "; --force in place of --resume starts from the beginning"
    case CorpusError.badRecord(_, _, .fileTooLong): "; --lines takes each line as a text"
    case CorpusError.badRecord(_, _, .invalidByte(_, .utf8)): "; try --encoding windows-1252"
    case CorpusError.badRecord(_, _, .nul): "; try --encoding utf16"
    // One field in all is what a wrong delimiter gives.
    case CorpusError.badRecord(_, _, .fieldCount(found: 1, _)): "; --delimiter names another delimiter"
    case CorpusError.noSuchColumn(_, let wanted, let names?, _) where names.count == 1 && names[0].count > wanted.count + 2:
        "; --delimiter names another delimiter"
    case is HeadOverlap: "; --reset-head makes one"
    case CorpusError.unlikelyLabels(_, let fault) where fault.isAboutNumbers:
        "; --task regression takes them as numbers, --any-labels as labels"
    case CorpusError.unlikelyLabels: "; --any-labels accepts them"
    case CorpusError.badRecord(_, _, .severalTexts): "; --text-column names it"
    case CorpusError.badRecord(_, _, .severalQuestions): "; --label-column names it"
    case CorpusError.takenColumn, CorpusError.badRecord(_, _, .takenKey): "; --column-prefix puts a text before its name"
    case CurveError.tooFewRows: "; --sizes names smaller sizes"
    case CorpusError.notRows(_, false), CorpusError.unlabelled: "; --input-format names the format of others"
    default: ""
    }
}

/// The options with which a source is read otherwise, to be added to a message; "" if there are none.
func advice(on warning: InputWarning) -> String {
    switch warning.kind {
    case .jsonRows: "; --input-format lines reads lines as texts"
    case .delimiter: "; --delimiter names another"
    case .export("a fastText file"): "; --input-format lines reads lines as texts"
    case .export: "; --input-format json reads rows"
    case .looksLikeHeader(let delimiter): "; --input-format \(delimiter == UInt8(ascii: "\t") ? "tsv" : "csv") reads rows"
    case .compression, .repeatedHeader, .folder: ""
    }
}
