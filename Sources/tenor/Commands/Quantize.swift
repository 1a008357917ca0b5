import ArgumentParser
import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorReading
import TenorTraining

struct Quantize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a classifier smaller and faster: store its weights as int8, if that costs little accuracy.",
        discussion: """
            Answers the rows of CORPUS, which should have had no part in tuning, in fp32 and in int8. If int8 is right less often by no more than \
            --max-loss points of a hundred, a folder is written in which linear layers have their weights in bytes, and whose model card says what was \
            lost. 'tenor classify' and 'evaluate' compute in int8 with it; other programs cannot open it.

            Example:
              tenor quantize dev.csv --model my-model --output my-model-int8
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, compressed or not.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The classifier, as 'tenor tune' wrote it.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Save nothing if accuracy falls by more points of a hundred than this.", valueName: "points"))
    var maxLoss = 0.5

    @Option(help: ArgumentHelp("Truncate texts to this many tokens (default: as in tuning).", valueName: "n"))
    var maxLength: Int?

    @Flag(help: "Replace the output if it is there.")
    var force = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
        if !(maxLoss >= 0) { throw ValidationError("--max-loss is \(maxLoss), it must be at least 0") }
    }

    func run() throws {
        try Precision.int8.check()
        try Places.checkModel(model)
        try Places.checkFolder(output, force: force, inputs: [model, corpus])
        let exact = try TextClassifier(folder: model, maxLength: maxLength, precision: .fp32, threads: compute.threadCount)
        try exact.requireUnquantized(model)
        try exact.model.configuration.requireDistinctLabels()
        try exact.requireFiniteWeights(model)
        guard exact.model.task == .singleLabel else { throw UnquantizableTask(folder: model, task: exact.model.task) }
        let rounded = try TextClassifier(folder: model, maxLength: maxLength, precision: .int8, threads: compute.threadCount)
        var format = try input.format(label, asTuned: model, compute)
        format.answers = .single
        format.splits = [.validation, .test]
        let rows = try readCorpus(
            corpus, format, labels: exact.model.labels, reportBadRow: compute.reportBadRow,
            warn: compute.warn)
        compute.report(rows)
        let (fp32, before) = try answers(exact, to: rows, "fp32")
        let (int8, after) = try answers(rounded, to: rows, "int8")
        Messages.clearProgress()
        compute.reportSkipped(rows.skipped)
        let loss = QuantizationLoss(
            corpus: rows.source, fp32: fp32, int8: int8, changed: zip(before, after).count { $0 != $1 })
        try Output.write(
            table([
                ["", "accuracy", "macro F1", "NLL"], ["fp32"] + figures(fp32), ["int8"] + figures(int8),
            ]).joined(separator: "\n") + "\n")
        try Output.line("\(counted(loss.changed, "answer")) of \(counted(loss.rows, "row")) changed")
        guard loss.points <= maxLoss else { throw TooMuchLost(folder: model, loss: loss, most: maxLoss) }
        let text = rows.rows.first { !$0.isBlank }?.input ?? ""
        try writeQuantized(exact, of: model, loss, asking: text, to: output, replacing: force ? .model : nil)
        try Output.line("\(output): saved")
    }

    private func figures(_ metrics: Metrics) -> [String] {
        [fixed(metrics.confusion.accuracy, 4), fixed(metrics.confusion.macroF1, 4), fixed(metrics.nll, 4)]
    }

    /// The metrics, and the index of each row's predicted label.
    private func answers(_ classifier: TextClassifier, to corpus: Corpus, _ name: String) throws -> (Metrics, [Int]) {
        var labels: [Int] = []
        let results = try classifier.evaluate(corpus.rows.map(\.input), .labels(corpus.answers.labels)) { (answer) throws(NoAnswer) in
            try classifier.requireNumbers(answer, folder: model)
            labels.append(highest(answer.logits))
            compute.progress("\(name): answered \(labels.count) of \(counted(corpus.rows.count, "row"))")
        }
        guard case .labels(let metrics) = results else { preconditionFailure("results of another task") }
        return (metrics, labels)
    }
}
