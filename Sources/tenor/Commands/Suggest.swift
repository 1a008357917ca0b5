import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Suggest: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Choose which texts to label next.",
        discussion: """
            Takes the texts that the model is least sure of, those whose two best labels are nearly as probable, divides them into groups of similar ones, \
            and chooses one from each group. So the chosen texts are both hard and different from each other. Texts that are labelled already, in \
            --labelled or in the model's own training data, and near duplicates of them, are left out.

            If the model is a base without a classifier, texts are chosen for their difference alone: a good start. Name it with --base.

            The result is a CSV file with an empty column 'label' to fill in, which 'tenor tune' reads then, or tasks for Label Studio, \
            Argilla or Prodigy with the model's answer as a suggestion. People agree with suggestions too easily: hide them if you can.

            Examples:
              tenor suggest mails.txt --lines --base BASE --count 60 > first.csv
              tenor suggest mails.txt --lines --model my-model --labelled first.csv > next.csv
              tenor suggest mails.csv --model my-model --format label-studio \\
                --output tasks.json
            """)

    @Argument(help: "Texts without labels: text files, tables or JSON objects.", completion: .file())
    var pool: [String] = []

    @Option(help: ArgumentHelp("A classifier that was tuned on the rows labelled so far.", valueName: "dir"), completion: .directory)
    var model: String?

    @Option(help: ArgumentHelp("A base, if nothing is labelled yet.", valueName: "dir"), completion: .directory)
    var base: String?

    @Option(help: ArgumentHelp("How many texts to choose.", valueName: "n"))
    var count = 50

    @Option(
        help: ArgumentHelp("Texts that are labelled already; labels are not read. It may be named more than once.", valueName: "file"),
        completion: .file())
    var labelled: [String] = []

    @Option(help: "What to write.")
    var format = SuggestionFormat.csv

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"), completion: .file())
    var output: String?

    @Flag(help: "Replace the output file if it is there.")
    var force = false

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same texts.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count), it must be at least 1") }
        if model != nil, base != nil { throw ValidationError("--model and --base exclude each other") }
        if model == nil, base == nil, ShippedFolder.base == nil {
            throw ValidationError("--model is missing; name a classifier, or with --base a base")
        }
        if force, output == nil { throw ValidationError("--force goes with --output") }
    }

    private var folder: String { model ?? base ?? ShippedFolder.base ?? "" }

    func run() throws {
        try Places.checkModel(folder)
        let sources = try sources(pool)
        if let output { try Places.checkFile(output, force: force, inputs: sources + labelled) }
        let format = try input.format(asTuned: folder, compute)
        let suggester = try suggester(format)
        let known = try read(labelled, format)
        let pool = try readPool(sources, format)
        let all = pool.count > pool.entries.count ? ", of which \(grouped(pool.entries.count)) are looked at" : ""
        compute.message("\(grouped(pool.count)) different texts\(all)")
        let found = suggester.suggestions(count, from: pool, labelled: known, seed: seed) { rows in
            compute.progress("read \(grouped(rows)) of \(grouped(pool.entries.count)) texts")
        }
        Messages.clearProgress()
        guard let found else { throw NoAnswer(folder: folder, weight: nil) }
        if found.count < count {
            compute.message("\(counted(found.count, "text")) chosen: the others are nearly the same, or labelled already")
        }
        let text = self.format.text(found)
        if let output { try writeText(text, to: output) } else { try Output.write(text) }
    }

    private func suggester(_ format: InputFormat) throws -> Suggester {
        guard let model else { return try self.base(format) }
        let classifier = try TextClassifier(folder: model, specialTokens: special.specialTokens, threads: compute.threadCount)
        for warning in classifier.warnings { compute.message(warning) }
        if format.pairColumn != nil { try classifier.requirePairs(model) }
        try classifier.requireFiniteWeights(model)
        return Suggester(classifier)
    }

    private func base(_ format: InputFormat) throws -> Suggester {
        let tokenizer = try loadTokenizer(folder: folder, specialTokens: special.specialTokens ?? .text)
        if format.pairColumn != nil, !tokenizer.takesPairs { throw NoPairs(folder: folder) }
        let files = try ModelFolder(folder)
        let model = try files.encoder(pooling: files.modules?.pooling ?? .mean)
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        return Suggester(
            base: model, RowEncoder(tokenizer, maxLength: min(files.maxLength ?? 512, lengthLimit(of: model, tokenizer))),
            threads: compute.threadCount)
    }

    /// The texts that are labelled already.
    private func read(_ files: [String], _ format: InputFormat) throws -> [InputText] {
        var texts: [InputText] = []
        let skipped = try Documents(sources: files, format: format, compute: compute).forEach({ document, _ in texts.append(document.input)
        })
        compute.reportSkipped(skipped)
        return texts
    }

    private func readPool(_ sources: [String], _ format: InputFormat) throws -> SuggestionPool {
        let trained = try model.flatMap { try TrainedRows(folder: $0) }
        var pool = SuggestionPool(seed: seed)
        let skipped = try Documents(sources: sources, format: format, compute: compute).forEach({ document, _ in
            if trained?.count(of: CollectionOfOne(document.input)) ?? 0 == 0 { pool.add(document) }
        })
        compute.reportSkipped(skipped)
        return pool
    }
}
