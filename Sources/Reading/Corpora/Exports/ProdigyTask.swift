import TenorFiles

/// An annotated task of Prodigy: a text with a proposed `label` or with the options in `accept`, and an `answer`.
///
/// A task of several annotators has a record for each, with the same `_task_hash`.
struct ProdigyTask: ExportRecord {
    static let name = "a Prodigy export"
    static let form = InputForm.prodigy

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        guard let answer = json["answer"]?.string, ["accept", "reject", "ignore"].contains(answer) else { return false }
        return ["label", "accept", "options", "_task_hash", "_input_hash"].contains { json[$0] != nil }
    }

    func text(_ columns: [String]) throws(RecordFault) -> String { try json.text(columns) }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        guard let answer = json["answer"] else { throw .missingKey("answer") }
        switch answer.string {
        case "reject": return [.none(.rejected)]
        case "ignore": return [.none(.ignored)]
        case "accept":
            return [.labels(try json.labels(question.name(usually: json["accept"] != nil ? "accept" : "label")))]
        default:
            throw .wrongValue(
                key: "answer", found: answer.string.map { quoted($0) } ?? answer.name, needed: "accept, reject or ignore")
        }
    }

    func item() throws(RecordFault) -> String? { json["_task_hash"]?.serialized() }
}
