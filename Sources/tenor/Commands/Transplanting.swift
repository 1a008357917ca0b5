import ArgumentParser
import TenorClassifying
import TenorMeasuring
import TenorTraining
import TenorVocabularies

struct Transplanting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transplant",
        abstract: "Move a model onto another SentencePiece vocabulary.",
        usage: """
            tenor transplant [<options>] --model <dir> --vocabulary <file>
                     --output <dir>
            """,
        discussion: """
            A piece that the old vocabulary has too keeps its row; any other starts as the mean of the old pieces that spell it. The rest of the \
            model stays as it is. Tune it afterwards: the model has to get used to the new pieces.

            Example:
              tenor transplant --model BASE --vocabulary english-16k.model --output base-16k
            """)

    @Option(help: ArgumentHelp("The model folder to start from.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("A SentencePiece model.", valueName: "file"), completion: .file())
    var vocabulary: String

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Where the base comes from, for the model card.", valueName: "words"))
    var source: String?

    @Option(help: ArgumentHelp("The base's licence, for the model card.", valueName: "words"))
    var license: String?

    @Flag(help: "Replace the output folder if it is there.")
    var force = false

    func run() throws {
        try Places.checkModel(model)
        try Places.checkFolder(output, force: force, inputs: [model, vocabulary])
        let counts = try transplant(
            base: model, vocabulary: vocabulary, output: output, source: source, license: license, replacing: force ? .model : nil,
            version: TenorCommand.version)
        try Output.line(
            "\(output): \(grouped(counts.pieces)) pieces: \(grouped(counts.twins)) with a twin in the old vocabulary, "
                + "\(grouped(counts.means)) means of old pieces, \(grouped(counts.unknown)) unknown to it")
    }
}
