import ArgumentParser
import TenorClassifying
import TenorFiles

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a model folder holds and what tuning it would cost.",
        discussion: """
            Prints the model's family and size, its tokenizer, its labels if it is a classifier, the files, and about how much memory each \
            way of tuning takes.

            Examples:
              tenor inspect my-model
              tenor inspect BASE --json
            """)

    @Argument(help: "A model folder.", completion: .directory)
    var folder: String

    @Flag(help: "Write JSON instead of text.")
    var json = false

    func run() throws {
        try Places.checkModel(folder)
        let facts = try FolderFacts(folder)
        try Output.write(json ? facts.json + "\n" : facts.text)
    }
}
