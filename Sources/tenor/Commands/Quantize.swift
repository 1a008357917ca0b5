import ArgumentParser
import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Quantize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a model smaller and faster: store its weights as int8, if that costs little accuracy.",
        discussion: """
            Answers the rows of CORPUS, which should have had no part in tuning, in fp32 and in int8. If accuracy falls by no more than \
            --max-loss points of a hundred, a folder is written in which linear layers have their weights in bytes, and whose model card says what was \
            lost. Models for several labels are measured by micro F1, those for numbers by R². 'tenor classify' and 'evaluate' compute in int8 with it; other programs cannot open it.

            Example:
              tenor quantize dev.csv --model my-model --output my-model-int8
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, compressed or not.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The model, as 'tenor tune' wrote it.", valueName: "dir"), completion: .directory)
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
        let rounded = try TextClassifier(folder: model, maxLength: maxLength, precision: .int8, threads: compute.threadCount)
        var format = try input.format(label, asTuned: model, compute)
        format.answers = AnswerKind(exact.model.task)
        format.splits = [.validation, .test]
        if format.pairColumn != nil { try exact.requirePairs(model) }
        let rows = try readCorpus(
            corpus, format, labels: exact.model.labels, reportBadRow: compute.reportBadRow,
            warn: compute.warn)
        compute.report(rows)
        let (fp32, before) = try answers(exact, to: rows, "fp32")
        let (int8, after) = try answers(rounded, to: rows, "int8")
        Messages.clearProgress()
        compute.reportSkipped(rows.skipped)
        let changed = exact.model.task == .regression ? nil : zip(before, after).count { $0 != $1 }
        let loss = QuantizationLoss(corpus: rows.source, fp32: fp32, int8: int8, changed: changed)
        let figures = figures(of: fp32)
        func line(_ name: String, _ results: Results) -> [String] { [name] + figures.map { fixed($0.value(of: results) ?? .nan, 4) } }
        try Output.write(
            table([[""] + figures.map(\.rawValue), line("fp32", fp32), line("int8", int8)]).joined(separator: "\n") + "\n")
        if let changed { try Output.line("\(counted(changed, "answer")) of \(counted(loss.rows, "row")) changed") }
        guard loss.points.isFinite else { throw TooFewRows(corpus: corpus, figure: loss.figure) }
        guard loss.points <= maxLoss else { throw TooMuchLost(folder: model, loss: loss, most: maxLoss) }
        let text = rows.rows.first { !$0.isBlank }?.input ?? ""
        try writeQuantized(exact, of: model, loss, asking: text, to: output, replacing: force ? .model : nil)
        try Output.line("\(output): saved")
    }

    private func figures(of results: Results) -> [SelectionMetric] {
        switch results {
        case .labels: [.accuracy, .macroF1, .nll]
        case .sets: [.microF1, .macroF1, .subsetAccuracy]
        case .numbers: [.r2, .rmse, .mae]
        }
    }

    /// The results, and the labels that each row gets.
    private func answers(_ classifier: TextClassifier, to corpus: Corpus, _ name: String) throws -> (Results, [Set<Int>]) {
        var labels: [Set<Int>] = []
        let results = try classifier.evaluate(corpus.rows.map(\.input), Targets(corpus.answers)) { (answer) throws(NoAnswer) in
            try classifier.requireNumbers(answer, folder: model)
            labels.append(Set(classifier.given(answer.values)))
            compute.progress("\(name): answered \(labels.count) of \(counted(corpus.rows.count, "row"))")
        }
        return (results, labels)
    }
}
