import ArgumentParser
import TenorFiles
import TenorMeasuring
import TenorReading
import TenorTraining

struct Choose: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare bases for your rows before you tune one: fit, cost, licence.",
        discussion: """
            Takes a sample of the corpus, at most \(ChoosingSample.mostRows) rows, and measures each base as it is, without training it:

              head right   how often a linear head on its states is right, on rows that the head was not fitted to (5 folds)
              LogME        how well a linear model on the states explains the labels; higher is better
              unknown      the share of tokens that its vocabulary does not know
              too long     the share of texts with more tokens than it reads at once
              head, all    the time and memory to train the head alone, or all layers, on the whole corpus and this machine

            Bases whose accuracies differ by no more than the standard error count as equally good; of these, the fastest to train comes \
            first. The ranking is an estimate: a base whose states tell labels apart is usually, but not always, the one that is best after \
            training all layers. Times are those of this machine at this moment. 'tenor tune' and 'tenor evaluate' tell how good one really is.

            Examples:
              tenor choose reviews.csv --models BASE OTHER-BASE
              tenor choose mails.csv --text-column body --label-column topic \\
                --models BASE OTHER-BASE --json
            """)

    @Argument(help: "Labelled texts: a table, JSON objects, an export, or a folder of them.", completion: .file())
    var corpus: String

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("The model folders to compare.", valueName: "dir"), completion: .directory)
    var models: [String]

    @Flag(help: "Write JSON instead of text.")
    var json = false

    @Flag(help: "Accept labels that look like amounts, ids or running text.")
    var anyLabels = false

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same sample.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let twice = models.first(where: { model in models.count { $0 == model } > 1 }) {
            throw ValidationError("--models names '\(twice)' twice")
        }
    }

    func run() throws {
        for model in models { try Places.checkModel(model) }
        var format = input.format(label)
        format.answers = .single
        let corpus = try readCorpus(self.corpus, format, reportBadRow: compute.reportBadRow, warn: compute.warn)
        compute.reportSkipped(corpus.skipped)
        for warning in corpus.warnings { compute.message("\(corpus.source): \(warning)") }
        if !anyLabels { try corpus.requireLikelyLabels() }
        let sample = try ChoosingSample(TrainingData.Source(corpus), seed: seed)
        compute.message(
            "\(corpus.source): \(counted(corpus.rows.count, "row")), \(counted(corpus.labels.count, "label")); "
                + "\(counted(sample.rows.count, "row")) as a sample")
        let ranking = BaseRanking(try models.map { try figures($0, corpus.labels, sample) })
        Messages.clearProgress()
        try Output.write(json ? ranking.json : RankingReport(ranking, of: lastComponent(of: corpus.source)).text)
    }

    private func figures(_ model: String, _ labels: [String], _ sample: ChoosingSample) throws -> BaseFigures {
        compute.progress("measuring \(model)")
        var options = TuningOptions()
        (options.seed, options.threads) = (seed, compute.threadCount)
        let trial = try BaseTrial(base: model, labels: labels, sample, input: input.named(label, special, base: model), options)
        for message in trial.messages { compute.message("\(model): \(message)") }
        return try trial.figures()
    }
}
