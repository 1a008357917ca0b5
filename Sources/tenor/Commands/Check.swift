import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading
import TenorTraining

extension Finding.Name: ExpressibleByArgument {}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what is wrong with a corpus before training on it.",
        discussion: """
            Counts rows and labels, and looks for labels that differ only in spelling or have few rows, empty texts, duplicates and near \
            duplicates, the same text under different labels, traces of wrong decoding and of HTML, and several writing systems (languages of \
            one script are not told apart). With --against, also for texts that other files share with the corpus, such as test rows. Texts \
            are duplicates if they differ only in case and white space, and near duplicates if most of their words are the same.

            With --model, also counts tokens, and looks for wrong labels by confident learning: a classifier is solved on the model's states \
            of four fifths of the rows and answers the last fifth, in turn. Take a base for this, not a model that was tuned on these rows. At \
            most 50,000 rows are looked at.

            Findings are errors, warnings or notes. Errors spoil what is trained or measured, and give exit status 65: records that cannot be \
            read (invalid-rows), one label for all rows (one-label), labels that look like amounts, ids or text (unlikely-labels), that \
            differ only in spelling (similar-labels), or have one row (single-row-labels), labels of another file that the corpus lacks \
            (unknown-labels), any text of another file that is in the corpus (leaks), and, from one in a hundred rows on, near duplicates \
            of such texts (near-leaks) and texts under several labels (contradictions). --allow makes an error a warning.

            Examples:
              tenor check reviews.csv
              tenor check train.csv --against test.csv --json findings.json
              tenor check reviews.csv --model BASE --errors errors.csv --report report
            """)

    @Argument(help: "Labelled texts: a table, JSON objects, an export, or a folder of them.", completion: .file())
    var corpus: String

    @Option(
        help: ArgumentHelp("Labelled rows that must not have texts of the corpus, such as test rows.", valueName: "file"),
        completion: .file())
    var against: [String] = []

    @Option(
        help: ArgumentHelp("A model folder: count its tokens, and look for wrong labels by its states.", valueName: "dir"),
        completion: .directory)
    var model: String?

    @Option(
        help: ArgumentHelp(
            "The share of their words from which on two texts are near duplicates: the words that both have, of those that either has.",
            valueName: "share"))
    var similarity = 0.8

    @Option(help: ArgumentHelp("Make this error a warning, by its name in the report.", valueName: "name"))
    var allow: [Finding.Name] = []

    @Option(
        help: ArgumentHelp("Also write the report to a JSON file; '-' prints it instead of the text.", valueName: "file"),
        completion: .file())
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Also write a page with plots: index.html in this folder, or this file if its name ends in .html.", valueName: "dir"),
        completion: .directory)
    var report: String?

    @Option(
        help: ArgumentHelp("Also write the rows whose labels may be wrong to a CSV file, the most certain first.", valueName: "file"),
        completion: .file())
    var errors: String?

    @Option(
        help: ArgumentHelp("Also write each row's probabilities of all labels, by a classifier that has not seen it.", valueName: "file"),
        completion: .file())
    var probabilities: String?

    @Flag(help: "Replace the files that --json, --report, --errors and --probabilities name, if they are there.")
    var force = false

    @Option(
        help: ArgumentHelp(
            "Count texts with more tokens as truncated; a token is a word or a part of one (default: as in tuning, or 512).", valueName: "n"
        ))
    var maxLength: Int?

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same folds.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if !(0.7...1).contains(similarity) { throw ValidationError("--similarity is \(similarity), it must be from 0.7 to 1") }
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
        if model == nil, let option = [("--errors", errors), ("--probabilities", probabilities)].first(where: { $0.1 != nil })?.0 {
            throw ValidationError("\(option) needs a --model")
        }
        if model != nil, corpus == "-" { throw ValidationError("--model needs a file that can be read twice, not standard input") }
        let files = written.map { ($0.name, $0.path) } + [("the corpus", corpus)] + against.map { ("--against", $0) }
        for (index, (name, path)) in files.enumerated() {
            if let (other, _) = files[..<index].first(where: { $0.1 == path }) {
                throw ValidationError("\(other) and \(name) are both '\(path)', each needs a file of its own")
            }
        }
    }

    /// The files to write.
    private var written: [(name: String, path: String)] {
        let named = [
            ("--json", json == "-" ? nil : json), ("--errors", errors), ("--probabilities", probabilities),
            ("--report", report.map { ReportPlace($0).file }),
        ]
        return named.compactMap { name, path in path.map { (name, $0) } }
    }

    func run() throws {
        let inputs = [corpus] + against
        try model.map(Places.checkModel)
        for (name, path) in written where name != "--report" { try Places.checkFile(path, force: force, inputs: inputs) }
        try report.map { try ReportPlace($0).check(force: force, inputs: inputs) }
        let model = try model.map { folder in
            try CheckedModel(folder: folder, pairs: input.pairColumn != nil, maxLength: maxLength, specialTokens: special.specialTokens)
        }
        let corpora = try read(model)
        let found = try findLabelErrors(corpora)
        let check = CorpusCheck(
            corpora, labelErrors: found, tokenLimit: model?.maxLength, similarity: similarity,
            allowed: Set(allow + (input.skipBadRows ? [.invalidRows] : [])))
        let report = try check.report()
        Messages.clearProgress()
        try write(report, corpora.corpus, found)
        let spoiling = report.spoiling
        if !spoiling.isEmpty { throw SpoiledCorpus(corpus: sourceName(corpus), findings: spoiling) }
    }

    private func read(_ model: CheckedModel?) throws -> CheckedCorpora {
        var format = input.format(label)
        format.splits = [.train]
        var otherFormat = format
        otherFormat.splits = [.test, .validation]
        let corpora = try CheckedCorpora(
            corpus, format, others: against, otherFormat, model?.tokenizer, limit: similarity, threads: compute.threadCount,
            warn: compute.warn
        ) { source, rows in compute.progress("\(sourceName(source)): read \(counted(rows, "row"))") }
        for scan in [corpora.corpus] + corpora.others {
            if let account = scan.account { compute.message("\(sourceName(scan.source)): \(account)") }
            for case .disagreements(let texts, let first, let decided) in scan.warnings {
                let warning = CorpusWarning.disagreements(texts: texts, first: first, decided: decided)
                compute.message("\(sourceName(scan.source)): \(warning)")
            }
        }
        return corpora
    }

    /// Nil without a model, or where there is no label for each row.
    private func findLabelErrors(_ corpora: CheckedCorpora) throws -> LabelErrors? {
        guard let model else { return nil }
        guard corpora.corpus.kind == .single, corpora.corpus.labels.count > 1 else {
            compute.message("wrong labels are not looked for: that needs two labels or more, and one for each row")
            return nil
        }
        var options = TuningOptions()
        (options.maxLength, options.seed, options.threads) = (maxLength, seed, compute.threadCount)
        let search = try LabelErrorSearch(base: model, corpora, input: try input.named(label, special, base: model), options)
        compute.message("\(model): looking for wrong labels in \(counted(search.run.data.train.count, "row")) with different texts")
        let found = try search.labelErrors { event in
            switch event {
            case .encoded(let rows, let all): compute.progress("encoded \(rows) of \(counted(all, "row"))")
            case .solved(let strength): compute.message("the head's strength C is \(fixed(strength, 2))")
            default: break
            }
        }
        Messages.clearProgress()
        return found
    }

    private func write(_ found: CorpusReport, _ corpus: CorpusScan, _ labelErrors: LabelErrors?) throws {
        if let json, json != "-" { try writeText(found.json, to: json) }
        if let labelErrors {
            let file = LabelErrorsFile(corpus: corpus, found: labelErrors)
            try errors.map(file.writeIssues)
            try probabilities.map(file.writeProbabilities)
        }
        try report.map { try ReportPlace($0).write(found.page) }
        try Output.write(json == "-" ? found.json : found.text)
    }
}
