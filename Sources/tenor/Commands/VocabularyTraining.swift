import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading
import TenorTraining
import TenorVocabularies

extension VocabularyRecipe.Algorithm: ExpressibleByArgument {}
extension VocabularyRecipe.Normalization: ExpressibleByArgument {}

struct VocabularyTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Train a SentencePiece vocabulary on text or corpora.",
        discussion: """
            Each line of a text file and each row of a table is a sentence. The special pieces <pad>, <unk>, [CLS], [SEP] and [MASK] come first. The \
            recipe is written beside the model, as NAME.json.

            Example:
              tenor vocabulary reviews.csv mails.txt --size 8000 --output mine.model
            """)

    @Argument(help: "Files of text, tables or JSON objects with a text column.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("How many pieces, special ones included.", valueName: "n"))
    var size: Int

    @Option(help: ArgumentHelp("The model file to write; ends in .model.", valueName: "file"), completion: .file())
    var output: String

    @Option(help: "How pieces are found.")
    var type = VocabularyRecipe.Algorithm.unigram

    @Option(help: "How text is made uniform first; bert does what uncased BERT does.")
    var normalization = VocabularyRecipe.Normalization.bert

    @Option(
        help: ArgumentHelp(
            "The share of the text that the pieces' characters have to cover; rarer ones become unknown.", valueName: "share"))
    var characterCoverage = 0.9999

    @Flag(help: "Replace the output if it is there.")
    var force = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if !output.hasSuffix(".model") { throw ValidationError("--output is '\(output)', it must end in .model") }
        if size < 10 { throw ValidationError("--size is \(size), it must be at least 10") }
        if !(characterCoverage > 0 && characterCoverage <= 1) {
            throw ValidationError("--character-coverage is \(characterCoverage), it must be above 0 and at most 1")
        }
    }

    func run() throws {
        let sources = try sources(files)
        try Places.checkFile(output, force: force, inputs: sources)
        try Places.checkFile(recipePath, force: force, inputs: sources)
        var format = input.format()
        format.linesAreDocuments = true
        let recipe = VocabularyRecipe(
            algorithm: type, size: size, normalization: normalization, characterCoverage: characterCoverage, threads: compute.threadCount)
        var sentences: [String] = []
        let skipped = try Documents(sources: sources, format: format, compute: compute).forEach { document, _ in
            sentences.append(document.text)
        }
        compute.reportSkipped(skipped)
        compute.message("training \(grouped(size)) pieces on \(grouped(sentences.count)) sentence\(sentences.count == 1 ? "" : "s")")
        let written = try writeVocabulary(
            recipe, sentences, sources: sources, to: output, recipe: recipePath, version: TenorCommand.version)
        try Output.line("\(output): \(grouped(written.pieces)) pieces, \(grouped(written.bytes)) bytes, SHA-256 \(written.digest)")
    }

    private var recipePath: String { String(output.dropLast(".model".count)) + ".json" }
}
