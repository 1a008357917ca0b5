import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// Says which words of a text moved a classifier's answer.
package struct Explainer: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// ``IntegratedGradients``.
        case gradients
        /// The score of a word is how much the logit falls when the word is removed from the text.
        case occlusion
    }

    private let classifier: TextClassifier
    private let method: Method

    /// - Parameter classifier: one that computes in fp32, because other products have no exact gradient.
    package init(_ classifier: TextClassifier, _ method: Method) {
        precondition(classifier.precision == .fp32)
        (self.classifier, self.method) = (classifier, method)
    }

    /// The attributions of one text: for the named output, or for each label that the model gives. Where it gives none of several labels,
    /// that is the most probable one; in a regression, each number.
    ///
    /// - Returns: nil if an output is not a finite number.
    package func attributions(_ text: InputText, output: Int? = nil, threads: Int) -> [Attribution]? {
        let read = ReadText(text, classifier)
        let answer = classifier.answers([(read.placed.row, read.placed.truncated)])[0]
        guard answer.logits.allSatisfy(\.isFinite) else { return nil }
        let given = classifier.model.task == .regression ? Array(answer.logits.indices) : classifier.given(answer.values)
        let outputs = output.map { [$0] } ?? (given.isEmpty ? [highest(answer.values)] : given)
        let outcomes = outputs.map { output in
            Attribution.Outcome(
                label: classifier.model.labels[output], value: answer.values[output], logit: Double(answer.logits[output]),
                isProbability: classifier.model.task != .regression, isGiven: given.contains(output))
        }
        return switch method {
        case .gradients: integrated(read, outputs, outcomes, threads: threads)
        case .occlusion: occluded(read, outputs, outcomes, threads: threads)
        }
    }

    private func integrated(_ read: ReadText, _ outputs: [Int], _ outcomes: [Attribution.Outcome], threads: Int) -> [Attribution] {
        // On validation rows of movie reviews, deleting the words that score highest changed as many answers with padding as the baseline as
        // with the unknown token, and more than with the mask. From padding the logit is about 0, and the integration takes the fewest points.
        let gradients = IntegratedGradients(
            classifier.model, baseline: classifier.model.paddingToken ?? classifier.tokenizer.unknownID)
        let path = gradients.path(to: read.placed.row, isText: read.placed.offsets.map { !$0.isEmpty })
        return zip(outputs, outcomes).map { output, outcome in
            let (scores, completeness) = gradients.scores(of: output, along: path, threads: threads)
            let tokens = scores.indices.map { token in
                (classifier.tokenizer.piece(read.placed.row.ids[token]), Attribution.Part(read.placed.offsets[token], scores[token]))
            }
            return Attribution(
                read.text.shown, outcome, words: read.words, tokens: tokens, completeness: completeness, truncated: read.placed.truncated)
        }
    }

    private func occluded(_ read: ReadText, _ outputs: [Int], _ outcomes: [Attribution.Outcome], threads: Int) -> [Attribution] {
        let texts = [read.without(0..<0)] + read.words.map(read.without)
        let logits = classifier.model.logits(texts.map { classifier.row($0).row }, threads: threads)
        return zip(outputs, outcomes).map { output, outcome in
            let words = read.words.enumerated().map { index, word in
                Attribution.Part(word, Double(logits[0, output]) - Double(logits[index + 1, output]))
            }
            return Attribution(read.text.shown, outcome, words: words, truncated: read.placed.truncated)
        }
    }
}
