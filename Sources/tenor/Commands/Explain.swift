import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorReading
import TenorThreads
import TenorTraining

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which words moved a classifier's answer.",
        usage: "tenor explain [<options>] [<text> | <files> ...] --model <dir>",
        discussion: """
            Gives each word of a text a score: how much it moved the logit of the label, which is the number that the label's probability is \
            made of. A positive score speaks for the label, a negative one against it. Explained are the labels that the model gives, or the \
            one that --label names; in a regression, the numbers.

              gradients  integrated gradients: the scores of all words add up to the
                         logit of the text minus the logit of padding as long.
                         The integration goes on until they do within 1 %.
              occlusion  how much the logit falls when the word is removed. Reads the
                         text once for each word, so it is slow on long texts.

            A score says what the model reacts to. It does not say that the answer is right, nor what a reader would go by.

            An argument that is not a file is the text itself, if it has a space in it. Files are read as 'tenor classify' reads them, and \
            standard input where nothing is named. The model computes in fp32.

            Examples:
              tenor explain 'A charming and often affecting journey.' --model my-model
              tenor explain reviews.csv --model my-model --html explained.html
              tenor explain reviews.csv --model my-model --json > scores.jsonl
              tenor explain letter.txt --model my-model --method occlusion --label bad
            """)

    @Argument(help: "A text, or files to read texts from.", completion: .file())
    var texts: [String] = []

    @Option(
        help: ArgumentHelp("The folder that 'tenor tune' wrote, or any other with a classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: "How scores are computed.")
    var method = Explainer.Method.gradients

    @Option(help: ArgumentHelp("Explain this label, given or not (default: the labels that the model gives).", valueName: "name"))
    var label: String?

    @Flag(help: "Write a JSON object per explanation, with the scores of words, tokens and characters.")
    var json = false

    @Option(
        help: ArgumentHelp("Also write a page for the browser with the words marked.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    @Flag(help: "Replace the file that --html names, if it is there.")
    var force = false

    @Option(
        help: ArgumentHelp(
            "Truncate texts to this many tokens; a token is a word or a part of one (default: as in tuning).", valueName: "n"))
    var maxLength: Int?

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
        if force, html == nil { throw ValidationError("--force goes with --html") }
    }

    func run() throws {
        try Places.checkModel(model)
        let typed = texts.count == 1 && isText(texts[0]) ? texts[0] : nil
        let sources = typed == nil ? try sources(texts) : []
        if let html { try Places.checkFile(html, force: force, inputs: sources) }
        let format = sources == ["-"] ? input.format() : try input.format(asTuned: model, compute)
        let classifier = try TextClassifier(
            folder: model, maxLength: maxLength, specialTokens: special.specialTokens, precision: .fp32, threads: compute.threadCount)
        for warning in classifier.warnings { compute.message(warning) }
        if format.pairColumn != nil { try classifier.requirePairs(model) }
        try classifier.requireFiniteWeights(model)
        let run = ExplainingRun(
            classifier, model, Explainer(classifier, method), output: try label.map { try output($0, of: classifier) }, writesJSON: json,
            page: html.map { _ in AttributionPage(model: lastComponent(of: model), method: method.sentence) }, compute)
        let document = typed.map { Document(text: $0, labels: nil, source: "text", row: 0, line: 1) }
        if let document { try run.add(document) }
        let skipped = try Documents(sources: sources, format: format, compute: compute).forEach(
            { document, _ in try run.add(document) }, pause: run.pause)
        try run.finish()
        compute.reportSkipped(skipped)
        if let html, let page = run.page { try writeText(page.html, to: html) }
    }

    /// Whether an argument is a text: it has white space, and no file has that name.
    private func isText(_ argument: String) -> Bool {
        argument.contains(where: \.isWhitespace) && access(argument, F_OK) != 0
    }

    private func output(_ label: String, of classifier: TextClassifier) throws -> Int {
        let labels = KnownLabels(classifier.model.labels)
        guard let index = labels.index(of: label) else {
            throw ValidationError("--label is \(quoted(label)), \(model) knows \(quoted(labels.labels))")
        }
        return index
    }
}

extension Explainer.Method: ExpressibleByArgument {
    /// How scores are computed, for the page.
    fileprivate var sentence: String {
        switch self {
        case .gradients: "Scores are integrated gradients of the label's logit, from padding to the text."
        case .occlusion: "A word's score is how much the label's logit falls when the word is removed."
        }
    }
}
