import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorTraining

extension HeldOut {
    /// The page's content; nil if rows do not have one label each.
    ///
    /// - Parameters:
    ///   - model: the folder that was tuned.
    ///   - corpus: the file of the rows.
    func report(_ run: TuningRun, model: String, corpus: String, threads: Int) -> EvaluationReport? {
        guard case .labels(let truths) = answers.targets else { return nil }
        var (tally, lengths, errors) = (EvaluationTally(labels: run.model.labels), LengthSlices(), WorstErrors())
        for (row, values) in answers.answers.enumerated() {
            guard let values else { continue }
            let truth = truths[row]
            let score = tally.add(truth: truth, probabilities: values)
            lengths.add(rows.texts[row].joined.count, isCorrect: score.answer == truth)
            guard score.answer != truth else { continue }
            errors.add(
                WrongAnswer(
                    text: rows.texts[row].shown, truth: truth, answer: score.answer, probability: score.confidence,
                    truthProbability: values[truth], record: places[row] + 1))
        }
        return EvaluationReport(
            model: lastComponent(of: model), corpus: "held-out rows of \(lastComponent(of: corpus))", maxLength: run.maxLength,
            evaluation: tally.evaluation(threads: threads), slices: [lengths.slices], errors: errors)
    }
}
