import ArgumentParser
import Tuning

struct Tenor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenor",
        abstract: "Fine-tune a pre-trained text encoder into a classifier, evaluate it, and classify text, on the CPU.",
        discussion: """
            A first run, with a model folder BASE and a file with the columns text and label:

              tenor tune reviews.csv --model BASE --output my-model
              tenor evaluate test.csv --model my-model
              echo 'What a lovely evening.' | tenor classify --model my-model

            Exit status: 0 done, 64 wrong usage, 65 bad data in a file, 66 input missing or a directory, 69 something needed is
            unavailable, 73 output cannot be written, 74 read or write failed, 130 interrupted.
            """,
        version: version,
        subcommands: [Tune.self, Evaluate.self, Classify.self, Tokenize.self, Inspect.self, Transplanting.self, VocabularyTraining.self])

    static let version = tenorVersion
}

@main
enum Main {
    static func main() {
        do {
            var command = try Tenor.parseAsRoot()
            try command.run()
            try Output.flush()
        } catch {
            Failure(error).exit()
        }
    }
}
