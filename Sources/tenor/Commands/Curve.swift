import ArgumentParser
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Curve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what pre-training gains on your rows, and what more labels would bring.",
        discussion: """
            Trains on 8, 16, 32 and more rows per label, and measures each classifier on the same test rows, which it has not seen. Three ways \
            to make one are compared:

              pre-trained base  BASE, all layers trained as by 'tenor tune'
              random weights    the same network and tokenizer, not trained before
              TF-IDF            logistic regression on words and pairs of words

            The rows are drawn at random several times, as many of each label; a label with fewer rows gives all it has. The test rows are a \
            third of the corpus and at most about 1,000 rows, or a file that you name with --test; no row with the text of a test row is \
            trained on. Without --sizes, sizes double as far as the rarest label goes that has 8 rows, and up to 3,000 rows in all.

            The last sentence extends the curve of the pre-trained base by one doubling: a line through the last three sizes, with both the \
            error and the rows on logarithmic scales. It is a guess, and the range over the draws tells how good a guess.

            Nothing is saved but the chart. With three draws, each size takes as long as six runs of 'tenor tune' with that many rows, and \
            the test rows are answered six times.

            Examples:
              tenor curve reviews.csv
              tenor curve reviews.csv --model BASE --sizes 8,16,32,64 --output curve.svg
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, compressed or not.", completion: .file())
    var corpus: String

    @OptionGroup var base: BaseOption
    private var model: String { base.folder }

    @Option(help: ArgumentHelp("Labelled rows to measure on (default: a part of the corpus).", valueName: "file"), completion: .file())
    var test: String?

    @Option(help: ArgumentHelp("Rows per label, separated by commas (default: 8,16,32 and so on).", valueName: "n,…"))
    var sizes: CurveSizes?

    @Option(help: ArgumentHelp("How often rows are drawn for each size.", valueName: "n"))
    var draws = 3

    @Option(help: ArgumentHelp("Also draw the curve: the SVG file to write.", valueName: "file"), completion: .file(extensions: ["svg"]))
    var output: String?

    @Flag(help: "Replace the output file if it is there.")
    var force = false

    @Flag(help: "Write JSON instead of text.")
    var json = false

    @Flag(help: "Accept labels that look like amounts, ids or running text.")
    var anyLabels = false

    @Option(
        help: ArgumentHelp(
            "How much of both networks is trained with the head: none, top:K, all or gradual (default: auto, which is all).",
            valueName: "policy"))
    var unfreeze = UnfreezeChoice.auto

    @Option(
        help: ArgumentHelp(
            "Truncate texts to this many tokens; a token is a word or a part of one (default: 512, or what the model takes).",
            valueName: "n"))
    var maxLength: Int?

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same figures.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "The numbers to compute with: fp32, or bf16, which is faster where the processor has it.")
    var precision = TrainingPrecision.fp32

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if !(1...100).contains(draws) { throw ValidationError("--draws is \(draws), it must be from 1 to 100") }
        do {
            try options.check()
        } catch {
            throw ValidationError("\(flag(of: error.option)) must be \(error.needed)")
        }
    }

    private var options: TuningOptions {
        var options = TuningOptions()
        options.unfreezing = unfreeze.policy
        options.maxLength = maxLength
        options.seed = seed
        options.precision = precision.inLayers
        options.threads = compute.threadCount
        return options
    }

    func run() throws {
        try precision.inLayers.check()
        try Places.checkModel(model)
        if let output { try Places.checkFile(output, force: force, inputs: [corpus] + (test.map { [$0] } ?? [])) }
        var format = input.format(label)
        format.answers = .single
        let corpus = try read(self.corpus, format)
        if !anyLabels { try corpus.requireLikelyLabels() }
        let test = try test.map { try read($0, format, labels: corpus.labels) }
        let source = TrainingData.Source(corpus)
        let rows = try CurveRows(
            source, test: test.map { TrainingData.Source($0).rows }, labels: corpus.labels.count, sizes: sizes?.values, draws: draws,
            seed: seed)
        report(rows, corpus, test)
        let run = try CurveRun(
            base: model, source, rows, testName: test?.source ?? "the test rows", labels: corpus.labels,
            input: try input.named(label, special, base: model), options)
        report(run.run)
        let journal = CurveJournal(compute, draws: draws)
        let curve = try run.measure(report: journal.add)
        Messages.clearProgress()
        if let output { try writeText(CurveChart(curve, name: lastComponent(of: corpus.source)).svg, to: output) }
        try Output.write(json ? curve.json : curve.report)
    }

    private func read(_ path: String, _ format: InputFormat, labels: [String]? = nil) throws -> Corpus {
        let corpus = try readCorpus(path, format, labels: labels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        compute.reportSkipped(corpus.skipped)
        for warning in corpus.warnings { compute.message("\(corpus.source): \(warning)") }
        return corpus
    }

    private func report(_ rows: CurveRows, _ corpus: Corpus, _ test: Corpus?) {
        compute.message("\(corpus.source): \(counted(corpus.rows.count, "row")), \(counted(corpus.labels.count, "label"))")
        let place = test?.source ?? "a part of the corpus"
        compute.message("\(counted(rows.test.count, "test row")) (\(place)), which no classifier is trained on")
        if rows.leftOut > 0 { compute.message("\(counted(rows.leftOut, "row")) left out: a test row has the same text") }
        let largest = rows.sizes.last!
        let short = rows.available.indices.filter { rows.available[$0] < largest }
        if !short.isEmpty {
            let most = 5
            let named = short.prefix(most).map { "'\(oneLine(corpus.labels[$0]))' \(rows.available[$0])" }.joined(separator: ", ")
            let rest = short.count > most ? ", and \(short.count - most) more" : ""
            compute.message("fewer than \(largest) rows, so all of them are used: \(named)\(rest)")
        }
    }

    private func report(_ run: TuningRun) {
        compute.message("\(model): \(run.model.family.architecture), \(run.tokenizer.kind.name), \(grouped(run.parameters)) parameters")
        for message in run.messages { compute.message(message) }
        compute.report(run.spelledSpecials)
        if run.truncatedRows > 0 {
            compute.message("\(counted(run.truncatedRows, "text")) truncated to \(run.maxLength) tokens; see --max-length")
        }
    }
}
