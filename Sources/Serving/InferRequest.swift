import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// A request to `/v2/models/NAME/infer`, as the Open Inference Protocol defines it: one tensor of texts.
struct InferRequest: Equatable {
    /// An output tensor.
    enum Output: String, CaseIterable {
        /// The best label or, where a text may have any number of them, those that are given, with semicolons between them; [texts].
        case label
        /// The highest probability or, in a regression, the largest number; [texts].
        case probability
        /// [texts, labels]. In a regression the numbers.
        case probabilities
        /// [texts, labels].
        case logits

        static let usual: [Output] = [.label, .probability, .probabilities]

        /// For texts without a label, numbers are 0.
        func tensor(_ answers: [Answer?], _ classifier: TextClassifier) -> JSON {
            let labels = classifier.model.labels
            let (datatype, width, data): (JSON, Int?, [JSON])
            switch self {
            case .label:
                (datatype, width, data) = (
                    "BYTES", nil, answers.map { .string($0.map { joinedLabels(classifier.given($0.values).map { labels[$0] }) } ?? "") }
                )
            case .probability:
                (datatype, width, data) = ("FP64", nil, answers.map { .number(JSON.Number($0?.values.max() ?? 0)) })
            case .probabilities:
                let none = labels.map { _ in 0.0 }
                (datatype, width) = ("FP64", labels.count)
                data = answers.flatMap { ($0?.values ?? none).map { .number(JSON.Number($0)) } }
            case .logits:
                let none = labels.map { _ in Float(0) }
                (datatype, width) = ("FP32", labels.count)
                data = answers.flatMap { ($0?.logits ?? none).map { .number(JSON.Number($0)) } }
            }
            return [
                "name": .string(rawValue), "datatype": datatype, "shape": Self.shape(answers.count, width), "data": .array(data),
            ]
        }

        /// The tensor's description, with -1 for the number of texts.
        func description(labels: Int) -> JSON {
            let (datatype, width): (JSON, Int?) =
                switch self {
                case .label: ("BYTES", nil)
                case .probability: ("FP64", nil)
                case .probabilities: ("FP64", labels)
                case .logits: ("FP32", labels)
                }
            return ["name": .string(rawValue), "datatype": datatype, "shape": Self.shape(-1, width)]
        }

        private static func shape(_ rows: Int, _ width: Int?) -> JSON {
            .array(([rows] + (width.map { [$0] } ?? [])).map { .number(JSON.Number($0)) })
        }
    }

    let texts: [String]
    let outputs: [Output]
    /// Returned as it came.
    let id: String?

    init(_ object: JSON.Object) throws(Refusal) {
        switch object["id"] {
        case nil, .null: id = nil
        case .string(let value): id = value
        case let other?: throw Self.refusal("'id' is \(other.kind), a string is needed")
        }
        guard let inputs = object["inputs"]?.array, inputs.count == 1, let input = inputs[0].object else {
            throw Self.refusal("'inputs' must hold one tensor of texts")
        }
        texts = try Self.texts(input)
        outputs = try Self.outputs(object["outputs"])
    }

    private static func refusal(_ message: String) -> Refusal { Refusal(.badRequest, message) }

    private static func texts(_ tensor: JSON.Object) throws(Refusal) -> [String] {
        guard tensor["name"]?.string != nil else { throw refusal("the tensor has no name") }
        guard tensor["datatype"]?.string == "BYTES" else { throw refusal("the tensor's datatype must be BYTES, for texts") }
        guard let shape = tensor["shape"]?.array, let rows = shape.first?.int, rows > 0,
            shape.count == 1 || shape.count == 2 && shape[1].int == 1
        else { throw refusal("the tensor's shape must be [n] or [n, 1], n being the number of texts") }
        let data = (tensor["data"]?.array ?? []).flatMap { $0.array ?? [$0] }
        let texts = data.compactMap(\.string)
        guard texts.count == data.count, texts.count == rows else {
            throw refusal("the tensor's data must be \(rows) texts, as its shape says")
        }
        return texts
    }

    private static func outputs(_ named: JSON?) throws(Refusal) -> [Output] {
        switch named {
        case nil, .null: return Output.usual
        case .array(let elements):
            var outputs: [Output] = []
            for element in elements {
                guard let output = element["name"]?.string.flatMap(Output.init) else {
                    throw refusal("an output's name must be one of \(Output.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                outputs.append(output)
            }
            return outputs.isEmpty ? Output.usual : outputs
        default: throw refusal("'outputs' must be an array")
        }
    }

    /// A text that is empty or only white space has the label "".
    func response(_ answers: [Answer], _ model: ServedModel) throws(Refusal) -> JSON {
        for answer in answers { try requireAnswer(answer) }
        let known = zip(texts, answers).map { InputText($0).isBlank ? nil : $1 }
        var response: JSON.Object = ["model_name": .string(model.name)]
        if let id { response["id"] = .string(id) }
        response["outputs"] = .array(outputs.map { $0.tensor(known, model.classifier) })
        return .object(response)
    }
}
