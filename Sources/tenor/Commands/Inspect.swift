import ArgumentParser
import Tuning

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a model folder holds and what tuning it would cost.",
        discussion: """
            Example:
              tenor inspect my-model
            """)

    @Argument(help: "A model folder.", completion: .directory)
    var folder: String

    @Flag(help: "Write JSON instead of text.")
    var json = false

    func run() throws {
        let facts = try FolderFacts(folder)
        try Output.write(json ? facts.json + "\n" : facts.text)
    }
}
