import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// How suggested texts are written, for the tool that they are labelled with.
enum SuggestionFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, labelStudio = "label-studio", argilla, prodigy

    func text(_ suggestions: [Suggestion]) -> String {
        switch self {
        case .csv: table(suggestions)
        case .labelStudio: JSON.array(suggestions.map(labelStudioTask)).serialized(.readable) + "\n"
        case .argilla: JSON.array(suggestions.map(argillaRecord)).serialized(.readable) + "\n"
        case .prodigy: suggestions.map { prodigyTask($0).serialized() + "\n" }.joined()
        }
    }

    /// The column `label` is empty: it is for the person who labels.
    private func table(_ suggestions: [Suggestion]) -> String {
        let isPair = suggestions.contains { $0.text.second != nil }
        let header = (isPair ? ["text", "second"] : ["text"]) + ["label", "suggested_label", "probability", "source", "line"]
        let rows = suggestions.map { suggestion -> [String] in
            let texts = [suggestion.text.first] + (isPair ? [suggestion.text.second ?? ""] : [])
            let probability = suggestion.answer.map { fixed($0.probability, 4) } ?? ""
            return texts + ["", suggestion.answer?.label ?? "", probability, suggestion.source, "\(suggestion.line)"]
        }
        return ([header] + rows).map { $0.map(csvField).joined(separator: ",") + "\n" }.joined()
    }

    private func data(_ suggestion: Suggestion) -> JSON.Object {
        var data: JSON.Object = ["text": .string(suggestion.text.first)]
        if let second = suggestion.text.second { data["second"] = .string(second) }
        return data
    }

    private func origin(_ suggestion: Suggestion) -> JSON { ["source": .string(suggestion.source), "line": JSON(suggestion.line)] }

    /// A task with a prediction for a choice named `label` about a text named `text`.
    private func labelStudioTask(_ suggestion: Suggestion) -> JSON {
        var task: JSON.Object = ["data": .object(data(suggestion)), "meta": origin(suggestion)]
        if let answer = suggestion.answer {
            let result: JSON = [
                "from_name": "label", "to_name": "text", "type": "choices", "value": ["choices": [.string(answer.label)]],
            ]
            task["predictions"] = [["model_version": "tenor", "score": JSON(answer.probability), "result": [result]]]
        }
        return .object(task)
    }

    /// A record with a suggestion for the question `label`.
    private func argillaRecord(_ suggestion: Suggestion) -> JSON {
        let suggested = suggestion.answer.map { answer -> JSON in
            ["question_name": "label", "value": .string(answer.label), "score": JSON(answer.probability), "agent": "tenor"]
        }
        return [
            "fields": .object(data(suggestion)), "suggestions": .array(suggested.map { [$0] } ?? []), "responses": [],
            "metadata": origin(suggestion),
        ]
    }

    private func prodigyTask(_ suggestion: Suggestion) -> JSON {
        var task = data(suggestion)
        task["meta"] = origin(suggestion)
        if let answer = suggestion.answer {
            task["label"] = .string(answer.label)
            task["score"] = JSON(answer.probability)
        }
        return .object(task)
    }
}
