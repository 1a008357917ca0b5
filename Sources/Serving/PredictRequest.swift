import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// A request to `/predict`, as Text Embeddings Inference defines it: `inputs` is a text, a list of one or two texts, or a list of such
/// lists. Two texts are a pair.
struct PredictRequest: Equatable {
    let texts: [InputText]
    /// Whether the answer is a list of lists.
    let isBatch: Bool
    /// Whether a text may be truncated.
    let truncates: Bool
    /// Whether scores are logits instead of probabilities.
    let rawScores: Bool
    /// The name of the model; nil for the server's first. An extension.
    let model: String?

    init(_ object: JSON.Object) throws(Refusal) {
        guard let inputs = object["inputs"] else { throw Refusal(.unprocessableEntity, "'inputs' is missing, a text or a batch is needed") }
        (texts, isBatch) = try Self.texts(inputs)
        truncates = try Self.flag("truncate", object, otherwise: true)
        rawScores = try Self.flag("raw_scores", object, otherwise: false)
        switch object["truncation_direction"] {
        case nil, .null, "right", "Right": break
        default: throw Refusal(.unprocessableEntity, "'truncation_direction' must be \"right\": this server drops the end of a long text")
        }
        switch object["model"] {
        case nil, .null: model = nil
        case .string(let name): model = name
        case let other?: throw Refusal(.unprocessableEntity, "'model' is \(other.kind), a name is needed")
        }
    }

    private static func flag(_ key: String, _ object: JSON.Object, otherwise: Bool) throws(Refusal) -> Bool {
        switch object[key] {
        case nil, .null: return otherwise
        case .bool(let value): return value
        case let other?: throw Refusal(.unprocessableEntity, "'\(key)' is \(other.kind), true or false is needed")
        }
    }

    private static func texts(_ inputs: JSON) throws(Refusal) -> ([InputText], isBatch: Bool) {
        switch inputs {
        case .string(let text): return ([InputText(text)], false)
        case .array(let elements):
            switch elements.first {
            case .string: return ([try sequence(elements)], false)
            case .array:
                var texts: [InputText] = []
                for element in elements { texts.append(try sequence(element.array ?? [])) }
                return (texts, true)
            default: throw Refusal(.unprocessableEntity, needed)
            }
        default: throw Refusal(.unprocessableEntity, needed)
        }
    }

    /// The text in a list of one, or the pair in a list of two.
    private static func sequence(_ elements: [JSON]) throws(Refusal) -> InputText {
        let texts = elements.compactMap(\.string)
        guard !texts.isEmpty, texts.count == elements.count else { throw Refusal(.unprocessableEntity, needed) }
        switch texts.count {
        case 1: return InputText(texts[0])
        case 2: return InputText(texts[0], texts[1])
        default: throw Refusal(.unprocessableEntity, "'inputs' has a list of \(elements.count) texts; \(batch)")
        }
    }

    private static let batch = #"a batch is a list of lists, as [["one"], ["two"]]"#
    private static let needed = "'inputs' must be a text or a batch; \(batch)"

    /// One list of labels and scores for each text, best first. A text that is empty or only white space has no label.
    func response(_ answers: [Answer], labels: [String]) throws(Refusal) -> JSON {
        var lists: [JSON] = []
        for (text, answer) in zip(texts, answers) {
            try requireAnswer(answer)
            if !truncates, answer.truncated > 0 {
                throw Refusal(.payloadTooLarge, "a text is too long by \(answer.truncated) tokens; \"truncate\": true drops them")
            }
            lists.append(.array(text.isBlank ? [] : predictions(answer, labels)))
        }
        return isBatch ? .array(lists) : lists[0]
    }

    private func predictions(_ answer: Answer, _ labels: [String]) -> [JSON] {
        let scores = rawScores ? answer.logits.map(Double.init) : answer.values
        return ranking(scores).map { index in
            let score = rawScores ? JSON.Number(answer.logits[index]) : JSON.Number(scores[index])
            return ["score": .number(score), "label": .string(labels[index])]
        }
    }
}

/// Refuses an answer that is not a number.
func requireAnswer(_ answer: Answer) throws(Refusal) {
    if !answer.logits.allSatisfy(\.isFinite) {
        throw Refusal(.failedDependency, "the model gives no number for a text", .backend)
    }
}
