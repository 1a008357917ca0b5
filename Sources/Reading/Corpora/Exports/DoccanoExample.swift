import TenorFiles

/// An example of doccano's export: a text, called `data` by some versions, and the labels that it was given. Old versions list annotations
/// with their users.
struct DoccanoExample: ExportRecord {
    static let name = "a doccano export"
    static let form = InputForm.doccano

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        guard json["id"] != nil, (json["text"] ?? json["data"])?.string != nil else { return false }
        return json["Comments"] != nil || json["label"]?.array != nil || json["labels"]?.array != nil || json["annotations"]?.array != nil
    }

    func text(_ columns: [String]) throws(RecordFault) -> String { try json.text(columns, usual: ["text", "data"]) }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        let name = question.name(usually: ["label", "labels", "annotations"].first { json[$0] != nil } ?? "label")
        guard json[name] != nil else { throw .missingKey(name) }
        return name == "annotations" ? try annotationsOfUsers() : [.labels(try json.labels(name))]
    }

    private func annotationsOfUsers() throws(RecordFault) -> [Annotation] {
        var users: [(user: JSON, labels: [String])] = []
        for annotation in try json.objects("annotations") {
            guard annotation["label"] != nil else { throw .missingKey("label") }
            let (user, labels) = (annotation["user"] ?? .null, try annotation.labels("label"))
            if let place = users.firstIndex(where: { $0.user == user }) {
                users[place].labels += labels
            } else {
                users.append((user, labels))
            }
        }
        return users.map { .labels(distinct($0.labels)) }
    }
}
