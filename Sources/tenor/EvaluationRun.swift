import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// Answers the rows of one source with one classifier or two, in one pass. It keeps a few numbers per row, and the texts of the worst
/// errors.
final class EvaluationRun {
    struct Model {
        let folder: String
        let classifier: TextClassifier

        var labels: [String] { classifier.model.labels }
    }

    private let model: Model
    /// The second classifier, and where it has each label of the first.
    private let other: (model: Model, places: [Int])?
    private let compute: ComputeOptions
    private var tally: EvaluationTally
    private var otherTally: EvaluationTally
    private var lengths = LengthSlices()
    private var columns: ColumnSlices?
    private(set) var errors = WorstErrors()

    /// - Parameter sliceColumn: the column to divide the rows by; nil for none.
    init(_ model: Model, against other: Model?, sliceColumn: String?, _ compute: ComputeOptions) throws(OtherLabels) {
        (self.model, self.compute) = (model, compute)
        self.other = try other.map { (other) throws(OtherLabels) in (other, try OtherLabels.places(of: model, in: other)) }
        tally = EvaluationTally(labels: model.labels)
        otherTally = EvaluationTally(labels: model.labels, mostProbabilities: 0)
        columns = sliceColumn.map { ColumnSlices(column: $0) }
    }

    /// Answers all rows, and says how fast that was.
    ///
    /// - Parameter next: the next row and the index of its label; nil at the end.
    func answer(_ next: () throws -> (document: Document, classIndex: Int)?) throws {
        let start = ContinuousClock.now
        let answering = Answering<NoAnswer>(model.classifier)
        let otherAnswering = other.map { Answering<NoAnswer>($0.model.classifier) }
        while let (document, truth) = try next() {
            try answering.add(document.input) { [self] (answer) throws(NoAnswer) in try take(answer, to: document, truth) }
            try otherAnswering?.add(document.input) { [self] (answer) throws(NoAnswer) in try takeOther(answer, truth) }
        }
        try answering.finish()
        try otherAnswering?.finish()
        Messages.clearProgress()
        let seconds = start.duration(to: .now) / .seconds(1)
        let each = other == nil ? "" : ", each by two models"
        compute.message(
            "\(counted(tally.rows, "row")) in \(fixed(seconds, 1)) s, \(grouped(Int(Double(tally.rows) / max(seconds, 1e-3)))) a second\(each)"
        )
    }

    private func take(_ answer: Answer, to document: Document, _ truth: Int) throws(NoAnswer) {
        try model.classifier.requireNumbers(answer, folder: model.folder)
        let probabilities = answer.values
        let score = tally.add(truth: truth, probabilities: probabilities, isTruncated: answer.truncated > 0)
        let isCorrect = score.answer == truth
        lengths.add(document.input.joined.count, isCorrect: isCorrect)
        columns?.add(document.slice ?? "", isCorrect: isCorrect)
        if !isCorrect {
            errors.add(
                WrongAnswer(
                    text: document.input.shown, truth: truth, answer: score.answer, probability: score.confidence,
                    truthProbability: probabilities[truth], record: document.row + 1))
        }
        compute.progress("evaluated \(counted(tally.rows, "row"))")
    }

    private func takeOther(_ answer: Answer, _ truth: Int) throws(NoAnswer) {
        guard let (model, places) = other else { return }
        try model.classifier.requireNumbers(answer, folder: model.folder)
        let probabilities = answer.values
        otherTally.add(truth: truth, probabilities: places.map { probabilities[$0] }, isTruncated: answer.truncated > 0)
    }

    /// - Parameters:
    ///   - corpus: the name of the rows' file.
    ///   - accuracy: the accuracy to find a threshold for; nil for none.
    func report(corpus: String, targetAccuracy accuracy: Double?) -> EvaluationReport {
        let threads = compute.threadCount
        return EvaluationReport(
            model: lastComponent(of: model.folder), corpus: lastComponent(of: corpus), maxLength: model.classifier.encoder.maxLength,
            evaluation: tally.evaluation(threads: threads), slices: [lengths.slices] + (columns.map { [$0.slices] } ?? []), errors: errors,
            target: accuracy.map(tally.target),
            other: other.map {
                EvaluationReport.Other(
                    model: lastComponent(of: $0.model.folder), metrics: otherTally.metrics,
                    comparison: Comparison(truths: tally.truths, first: tally.answers, second: otherTally.answers, threads: threads))
            })
    }
}
