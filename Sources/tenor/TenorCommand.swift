import ArgumentParser
import TenorTraining

struct TenorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenor",
        abstract: "Make a text classifier from labelled examples, measure it, and use it. On the CPU.",
        discussion: """
            You need a table with the columns `text` and `label`. Then:

              tenor tune reviews.csv --output my-model
              tenor evaluate test.csv --model my-model
              echo 'What a lovely evening.' | tenor classify --model my-model

            Tuning starts from a pre-trained model. One for English comes with Tenor; --model names another one.

            Results go to standard output, progress and messages to standard error.

            Exit status: 0 done, 64 wrong usage, 65 bad data in a file, 66 input missing or a directory, 69 something needed is \
            unavailable, 71 not enough memory, 73 output cannot be written, 74 read or write failed, 130 interrupted, 143 terminated.

            Completion in the shell: tenor --generate-completion-script zsh (or bash, or fish).
            """,
        version: version,
        subcommands: [
            Tune.self, Check.self, Choose.self, Evaluate.self, Classify.self, Explain.self, Audit.self, Curve.self, Suggest.self,
            Distill.self,
            Splitting.self,
            Quantize.self, Tokenize.self, Inspect.self,
            Transplanting.self,
            VocabularyTraining.self,
        ] + serving)

    private static var serving: [any ParsableCommand.Type] {
        #if TENOR_SERVER
            [Serve.self]
        #else
            [ServeMissing.self]
        #endif
    }

    static let version = tenorVersion
}
