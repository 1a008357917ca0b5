import TenorFiles

/// A record of an annotation tool's export: a JSON object that says what people think of a text.
protocol ExportRecord: Sendable {
    /// What a file of such records is, for messages.
    static var name: String { get }
    /// The form that a user names. Several kinds of records may have the same.
    static var form: InputForm { get }
    /// Whether an object that is the first of a file is such a record.
    static func recognizes(_ json: JSON.Object) -> Bool

    init(_ json: JSON.Object)
    /// The text in the wanted columns; if none is named, in the one that the tool calls `text`, or in the only one there is.
    func text(_ columns: [String]) throws(RecordFault) -> String
    /// What each annotator answered to the question.
    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation]
    /// What records about the same text by other annotators share; nil if a record has the annotations of all.
    func item() throws(RecordFault) -> String?
}

extension ExportRecord {
    func item() throws(RecordFault) -> String? { nil }
}

/// All kinds of records. The first that recognizes a file's first object decides.
private let kinds: [any ExportRecord.Type] = [
    LabelStudioTask.self, LabelStudioAnnotation.self, ArgillaRecord.self, ArgillaRow.self, ArgillaAnnotation.self, ProdigyTask.self,
    DoccanoExample.self,
]

/// The kind of records in a file that begins with `first`; nil if they are ordinary rows.
func exportKind(of first: JSON.Object, _ format: InputFormat) -> (any ExportRecord.Type)? {
    switch format.form {
    case .auto: kinds.first { $0.recognizes(first) && !isRow(first, format) }
    case .labelStudio, .argilla, .prodigy, .doccano:
        kinds.first { $0.form == format.form && $0.recognizes(first) } ?? kinds.first { $0.form == format.form }
    case .csv, .tsv, .json, .jsonl, .lines, .text, .fastText: nil
    }
}

/// Whether the user names a Prodigy answer itself as the label.
private func isRow(_ first: JSON.Object, _ format: InputFormat) -> Bool { format.labelColumns.first == "answer" && first["answer"] != nil }
