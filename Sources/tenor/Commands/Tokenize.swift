import ArgumentParser
import Reading
import Tuning

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the token ids and pieces that a model sees.",
        discussion: """
            Needs the tokenizer's files only, no weights.

            Examples:
              echo "isn't it?" | tenor tokenize --model my-model
              tenor tokenize reviews.csv --model my-model --format jsonl --max-length 128
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, jsonl }

    @Argument(help: "Files to tokenize.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("The folder of the model.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: "How pieces are written: text or jsonl.")
    var format = Format.text

    @Option(help: "Tokens that a text is cut to, special tokens included (default: no limit).")
    var maxLength: Int?

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        let sources = try sources(files)
        let tokenizer = try loadTokenizer(folder: model)
        for source in sources {
            _ = try eachRun(of: source, input.format(), report: { [compute] in compute.remark("tenor: \($0)") }) { documents in
                let rows = tokenize(documents.map(\.text), tokenizer, maxLength: maxLength ?? .max, threads: compute.threadCount)
                for (row, document) in documents.enumerated() {
                    try write(document, rows.ids[row], truncated: rows.truncated[row], tokenizer)
                }
            }
        }
    }

    private func write(_ document: Document, _ ids: [Int32], truncated: Int, _ tokenizer: any Tokenizer) throws {
        let pieces = ids.map(tokenizer.piece)
        switch format {
        case .text: try Output.line(zip(pieces, ids).map { "\($0)(\($1))" }.joined(separator: " "))
        case .jsonl:
            let ids = ids.map(String.init).joined(separator: ", ")
            let pieces = pieces.map(jsonString).joined(separator: ", ")
            try Output.line(
                "{\"source\": \(jsonString(document.source)), \"row\": \(document.row), \"ids\": [\(ids)], \"pieces\": [\(pieces)], \"truncated\": \(truncated)}"
            )
        }
    }
}
