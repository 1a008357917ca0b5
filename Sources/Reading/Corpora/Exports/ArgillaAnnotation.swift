import TenorFiles

/// A text classification record of Argilla's first versions: a text, an annotation and its status.
struct ArgillaAnnotation: ExportRecord {
    static let name = "an Argilla export"
    static let form = InputForm.argilla

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool { ["annotation", "prediction", "status"].allSatisfy { json[$0] != nil } }

    func text(_ columns: [String]) throws(RecordFault) -> String {
        let isText = json["text"]?.string != nil
        return try (isText && columns.isEmpty ? json : json["inputs"]?.object ?? json).text(columns)
    }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        guard let annotation = json["annotation"] else { throw .missingKey("annotation") }
        guard let status = json["status"] else { throw .missingKey("status") }
        switch status.string {
        case "Discarded": return [.none(.discarded)]
        case "Edited": return [.none(.draft)]
        case "Validated", "Default": return [.labels(try annotation.labels("annotation"))]
        default:
            throw .wrongValue(
                key: "status", found: status.string.map { quoted($0) } ?? status.name, needed: "Default, Edited, Validated or Discarded")
        }
    }
}
