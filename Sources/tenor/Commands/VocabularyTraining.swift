import ArgumentParser
import Reading
import Tuning

extension VocabularyRecipe.Algorithm: ExpressibleByArgument {}
extension VocabularyRecipe.Normalization: ExpressibleByArgument {}

struct VocabularyTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Train a SentencePiece vocabulary on text or corpora.",
        discussion: """
            Each line of a text file and each row of a table is a sentence. The special pieces <pad>, <unk>, [CLS], [SEP] and [MASK] come first. The
            recipe is written beside the model, as NAME.json.

            Example:
              tenor vocabulary reviews.csv mails.txt --size 8000 --output mine.model
            """)

    @Argument(help: "Files of text, or tables with a text column.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("How many pieces, special ones included.", valueName: "n"))
    var size: Int

    @Option(help: ArgumentHelp("The model file to write; ends in .model.", valueName: "file"), completion: .file())
    var output: String

    @Option(help: "How pieces are found: \(VocabularyRecipe.Algorithm.allCases.map(\.rawValue).joined(separator: ", ")).")
    var type = VocabularyRecipe.Algorithm.unigram

    @Option(
        help:
            "How text is normalised: \(VocabularyRecipe.Normalization.allCases.map(\.rawValue).joined(separator: ", ")). bert does what uncased BERT does."
    )
    var normalization = VocabularyRecipe.Normalization.bert

    @Option(help: "The share of all characters that pieces must be able to spell.")
    var characterCoverage = 0.9999

    @Flag(help: "Replace the output if it is there.")
    var force = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if !output.hasSuffix(".model") { throw ValidationError("--output is '\(output)', it must end in .model") }
        if size < 10 { throw ValidationError("--size is \(size), it must be at least 10") }
        if !(0..<1.0001).contains(characterCoverage) { throw ValidationError("--character-coverage is \(characterCoverage), it must lie between 0 and 1") }
    }

    func run() throws {
        let sources = try sources(files)
        try refuseToOverwrite(output, force: force)
        try refuseToOverwrite(recipePath, force: force)
        var format = input.format()
        format.linesAreDocuments = true
        let recipe = VocabularyRecipe(
            algorithm: type, size: size, normalization: normalization, characterCoverage: characterCoverage, threads: compute.threadCount)
        var sentences: [String] = []
        for source in sources {
            _ = try eachRun(of: source, format, report: { [compute] in compute.remark("tenor: \($0)") }) { sentences += $0.map(\.text) }
        }
        compute.remark("training \(size) pieces on \(sentences.count) sentences")
        let written = try writeVocabulary(recipe, sentences, sources: sources, to: output, recipe: recipePath, version: Tenor.version)
        try Output.line("\(output): \(written.pieces) pieces, \(written.bytes) bytes, SHA-256 \(written.digest)")
    }

    private var recipePath: String { String(output.dropLast(".model".count)) + ".json" }
}
