import TenorFiles

/// What is wrong with one record.
package enum RecordFault: Error, Sendable, Equatable {
    case invalidByte(UInt8, TextEncoding)
    case loneSurrogate(UInt16)
    /// UTF-16 text with an odd number of bytes.
    case halfUnit
    case nul
    case unterminatedQuote
    case quoteInUnquotedField
    case textAfterQuote
    /// A tab-separated record that is either one row with line ends in a quoted field or `rows` rows whose quotes are text.
    case ambiguousQuote(rows: Int)
    case fieldCount(found: Int, needed: Int)
    /// A row that equals the header.
    case repeatedHeader
    case tooLong(limit: Int)
    /// A whole-file document is too long.
    case fileTooLong(limit: Int)
    case notJSON(String)
    /// An array of objects breaks its rules between the objects, or ends in one.
    case brokenArray(String)
    case missingKey(String)
    case repeatedKey(String)
    /// An object has a key that is to be added.
    case takenKey(String)
    case wrongValue(key: String, found: String, needed: String)
    case emptyLabel
    /// A row has more than one label, where it needs one.
    case severalLabels([String])
    /// An export's record has several strings, none of which is known to be the text.
    case severalTexts([String])
    /// An export's record answers several questions, none of which is known to be the labels'.
    case severalQuestions([String])
    /// A row has the same label more than once.
    case repeatedLabel(String)
    case unknownLabel(String, known: [String])
    /// A label column should hold numbers.
    case notANumber(column: String, String)
    /// A label column should hold 0 and 1.
    case neitherZeroNorOne(column: String, String)

    /// Whether the reader can find the start of the next record, so that this one can be skipped.
    var isConfinedToItsRecord: Bool {
        switch self {
        case .unterminatedQuote, .ambiguousQuote, .tooLong, .fileTooLong, .brokenArray: false
        default: true
        }
    }
}

extension RecordFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidByte(let byte, .utf8):
            "byte \(hex(byte, 2)) is not valid UTF-8, another encoding needs naming (windows-1252, latin1, utf16)"
        case .invalidByte(let byte, let encoding): "byte \(hex(byte, 2)) is not valid \(encoding.rawValue), needs another encoding"
        case .loneSurrogate(let unit): "half of a surrogate pair (\(hex(unit, 4))), UTF-16 needs both halves"
        case .halfUnit: "the last byte stands alone, UTF-16 needs two bytes a unit"
        case .nul: "a NUL character, needs text (a file full of them may be UTF-16)"
        case .unterminatedQuote: "a quote opens here and is never closed, needs a closing quote"
        case .quoteInUnquotedField: "a quote inside an unquoted field, needs the field quoted and the quote doubled"
        case .textAfterQuote: "text after a closing quote, needs a separator or the end of the line"
        case .ambiguousQuote(let rows):
            "a quote opens here and closes on a later line, which reads as one row or as \(rows); "
                + "needs the table as .csv or .jsonl, or no line ends inside fields"
        case .fieldCount(let found, let needed): "has \(found) field\(found == 1 ? "" : "s"), needs \(needed)"
        case .repeatedHeader: "repeats the header, needs a row (were tables joined?)"
        case .tooLong(let limit):
            "runs on for more than \(limit) bytes, needs a shorter record (is a quote left open, or a line end missing?)"
        case .fileTooLong(let limit):
            "the whole file is one text, which runs on for more than \(limit) bytes; needs a shorter file, or to be read line by line"
        case .notJSON(let problem): "is not a JSON object: \(problem)"
        case .brokenArray(let problem): "is not an array of JSON objects: \(problem)"
        case .missingKey(let key): "has no \(quoted(key)), needs one"
        case .repeatedKey(let key): "has \(quoted(key)) more than once, needs it once"
        case .takenKey(let key): "has \(quoted(key)) already, an added key needs another name"
        case .wrongValue(let key, let found, let needed): "\(quoted(key)) is \(found), needs \(needed)"
        case .emptyLabel: "the label is empty, needs a name"
        case .severalLabels(let labels):
            "has \(labels.count) labels, \(quoted(labels)), needs one: there are rows with several labels, which is a multi-label task"
        case .severalTexts(let names): "has no 'text', but \(quoted(names)), the one with the text needs naming"
        case .severalQuestions(let names): "answers \(quoted(names)), the one with the labels needs naming"
        case .unknownLabel(let label, let known): unknown(label, known)
        case .repeatedLabel(let label): "has the label \(quoted(label)) more than once, needs each label by its name and once"
        case .notANumber(let column, let value): "\(quoted(column)) is \(quoted(value)), needs a number"
        case .neitherZeroNorOne(let column, let value): "\(quoted(column)) is \(quoted(value)), needs 0 or 1"
        }
    }

    private func unknown(_ label: String, _ known: [String]) -> String {
        let needed = "needs one of \(quoted(known))"
        guard let like = KnownLabels(known).label(like: label) else { return "the label is \(quoted(label)), \(needed)" }
        let warning = LabelWarning.alike([label, like], LabelDifference.differences(among: [label, like]))
        return "the label is \(quoted(label)), \(needed); \(warning)"
    }

    private func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
