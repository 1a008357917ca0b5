import TenorFiles

/// An annotation of Label Studio's export as JSON-MIN: the members of the task's data, and under the name of each control tag what was chosen.
///
/// Annotations of one task have the same `id`. A single choice is a string, several are under `choices`. Skipped annotations are not exported,
/// and a task without annotations is a record without `annotation_id`.
struct LabelStudioAnnotation: ExportRecord {
    static let name = "a Label Studio export (JSON-MIN)"
    static let form = InputForm.labelStudio

    private let json: JSON.Object
    /// What Label Studio says about an annotation itself.
    private static let facts: Set = ["id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"]

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        ["id", "annotator", "annotation_id", "lead_time"].allSatisfy { json[$0] != nil }
    }

    func text(_ columns: [String]) throws(RecordFault) -> String {
        if !columns.isEmpty || json["text"] != nil { return try json.text(columns) }
        var data = JSON.Object()
        for member in dataMembers { data[member.key] = member.value }
        return try data.text([])
    }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        guard let id = json["annotation_id"] else { throw .missingKey("annotation_id") }
        if id == .null { return [] }
        guard let name = try question.name(among: answerMembers.map(\.key)), let answer = json[name] else { return [.labels([])] }
        guard let several = answer.object else { return [.labels(try answer.labels(name))] }
        return [.labels(try several.labels("choices"))]
    }

    func item() throws(RecordFault) -> String? {
        guard let id = json["id"] else { throw .missingKey("id") }
        return id.serialized()
    }

    /// The members that come from the task: those before its `id`.
    private var dataMembers: [JSON.Object.Member] {
        json.members.prefix { $0.key != "id" }.filter { !Self.facts.contains($0.key) }
    }

    /// The members that are the annotator's answers: those between the task's `id` and the annotator. If members were sorted: all that may be
    /// answers.
    private var answerMembers: [JSON.Object.Member] {
        let sinceID = json.members.drop { $0.key != "id" }
        let isSorted = !sinceID.contains { $0.key == "annotator" }
        let all = isSorted ? json.members[...] : sinceID.prefix { $0.key != "annotator" }
        return all.filter { !Self.facts.contains($0.key) && $0.key != "text" }
    }
}
