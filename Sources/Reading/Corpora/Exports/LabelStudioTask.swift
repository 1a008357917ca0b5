import TenorFiles

/// A task of Label Studio's export as JSON: a text with the annotations of all annotators.
///
/// The labels of an annotation are what was chosen in one control tag, which the label column names: `choices` or a `rating` of the whole text.
/// If an annotation is marked as ground truth, only such ones count.
struct LabelStudioTask: ExportRecord {
    static let name = "a Label Studio export"
    static let form = InputForm.labelStudio

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        json["data"]?.object != nil && (json["annotations"] ?? json["completions"])?.array != nil
    }

    func text(_ columns: [String]) throws(RecordFault) -> String {
        guard let data = json["data"] else { throw .missingKey("data") }
        guard let object = data.object else { throw .wrongValue(key: "data", found: data.name, needed: "an object") }
        return try object.text(columns)
    }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        // Old versions have another name for it.
        let key = json["annotations"] == nil && json["completions"] != nil ? "completions" : "annotations"
        guard json[key] != nil else { throw .missingKey(key) }
        var all: [Annotation] = []
        var truths: [Annotation] = []
        for annotation in try json.objects(key) {
            let answer = try answer(annotation, &question)
            all.append(answer)
            if try annotation.isTrue("ground_truth"), answer.isVote { truths.append(answer) }
        }
        return truths.isEmpty ? all : truths
    }

    private func answer(_ annotation: JSON.Object, _ question: inout Question) throws(RecordFault) -> Annotation {
        let isCancelled = try annotation.isTrue("was_cancelled")
        let isSkipped = try annotation.isTrue("skipped")
        if isCancelled || isSkipped { return .none(.cancelled) }
        var answers: [(name: String, labels: [String])] = []
        for result in try annotation.objects("result") {
            guard let kind = result["type"]?.string, kind == "choices" || kind == "rating" else { continue }
            guard let name = result["from_name"]?.string else { throw .missingKey("from_name") }
            guard let value = result["value"]?.object else { throw .missingKey("value") }
            // What has a start is about a part of the text.
            if value["start"] == nil { answers.append((name, try value.labels(kind))) }
        }
        guard let name = try question.name(among: distinct(answers.map(\.name))) else { return .labels([]) }
        return .labels(distinct(answers.filter { $0.name == name }.flatMap(\.labels)))
    }
}
