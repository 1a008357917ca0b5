import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the tokens that a model makes of a text, and their ids.",
        usage: "tenor tokenize [<options>] [<files> ...] --model <dir>",
        discussion: """
            Needs the files of the tokenizer only, no weights. Files are read as 'tenor classify' reads them.

            Examples:
              echo "isn't it?" | tenor tokenize --model my-model
              tenor tokenize reviews.csv --model my-model --format jsonl
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, jsonl }

    @Argument(help: "Files to tokenize.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("The folder of the model.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: "How tokens are written.")
    var format = Format.text

    @Option(help: ArgumentHelp("Truncate texts to this many tokens, special ones included (default: no limit).", valueName: "n"))
    var maxLength: Int?

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
    }

    func run() throws {
        try Places.checkTokenizer(model)
        let documents = Documents(sources: try sources(files), format: input.format(), compute: compute)
        let reading = try special.specialTokens ?? TunedInput(folder: model).specialTokens ?? .text
        let tokenizer = try loadTokenizer(folder: model, specialTokens: reading)
        for warning in tokenizer.kind.warnings { compute.message(warning) }
        if input.pairColumn != nil, !tokenizer.takesPairs { throw NoPairs(folder: model) }
        var specials = SpecialTokenCount(tokenizer)
        let (format, maxLength) = (format, maxLength ?? .max)
        let pipeline = Pipeline<Document, String, any Error>(threads: compute.threadCount) { document in
            let (ids, truncated) = tokenizer.ids(document.input, maxLength: maxLength)
            return format.line(document, ids, truncated: truncated, tokenizer)
        }
        let skipped = try documents.forEach { document, _ in
            specials.add(document.input)
            try pipeline.add(document, Output.line)
        } pause: {
            try pipeline.finish()
            try Output.flush()
        }
        try pipeline.finish()
        try Output.flush()
        compute.report(specials)
        compute.reportSkipped(skipped)
    }
}

extension Tokenize.Format {
    fileprivate func line(_ document: Document, _ ids: [Int32], truncated: Int, _ tokenizer: any Tokenizer) -> String {
        let pieces = ids.map(tokenizer.piece)
        switch self {
        case .text: return zip(pieces, ids).map { "\(oneLine($0))(\($1))" }.joined(separator: " ")
        case .jsonl:
            let line: JSON = [
                "source": .string(document.source), "row": .number(JSON.Number(document.row)),
                "ids": .array(ids.map { .number(JSON.Number(Int($0))) }), "pieces": .array(pieces.map { .string($0) }),
                "truncated": .number(JSON.Number(truncated)),
            ]
            return line.serialized(.line)
        }
    }
}
