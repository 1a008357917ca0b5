import Foundation
import Testing

/// Texts that spell special tokens, on the command line.
@Suite struct SpecialTokenTests {
    private let program: Program

    init() throws { program = try Program() }

    private static let table = "text,label\n" + (0..<40).map { "text \($0) [SEP] </s> [CLS],\(["x", "y"][$0 % 2])\n" }.joined()
    private static let advice = "which are read as plain text; --special-tokens tokens reads them as tokens"

    @Test func `They are text unless told otherwise, and one message says so`() async throws {
        try program.write(Self.table, to: "a.csv")
        let run = try await program.run("tune a.csv --epochs 1 --output m --model", Fixture.base)
        #expect(run.messages.contains("\n40 texts contain special tokens such as '[SEP]', \(Self.advice)\n"))
        #expect(try !program.read("m/tenor.json").contains("special_tokens"))
        let classified = try await program.run("classify a.csv --model m")
        #expect(classified.messages == "40 texts contain special tokens such as '[SEP]', \(Self.advice)\n")
        #expect(try await program.run("evaluate a.csv --model m").messages.contains(Self.advice))
        let one = try await program.run("tokenize --model m", input: "a [SEP] b\n")
        #expect(
            one.messages
                == "1 text contains a special token, '[SEP]', which is read as plain text; --special-tokens tokens reads them as tokens\n")
        let tokens = try await program.run("tokenize --special-tokens tokens --model m", input: "a [SEP] b\n")
        #expect(tokens.messages == "" && tokens.output != one.output)
        #expect(tokens.output.split(separator: "[SEP](").count == one.output.split(separator: "[SEP](").count + 1)
    }

    @Test func `What tuning did is the default of the tuned folder, and of tuning it further`() async throws {
        try program.write(Self.table, to: "a.csv")
        let run = try await program.run("tune a.csv --epochs 1 --special-tokens tokens --output m --model", Fixture.base)
        #expect(run.status == 0 && !run.messages.contains("special"))
        #expect(try program.read("m/tenor.json").contains("\"special_tokens\": \"tokens\""))
        let own = try await program.run("classify a.csv --format jsonl --logits --model m")
        #expect(own.messages == "")
        let text = try await program.run("classify a.csv --format jsonl --logits --special-tokens text --model m")
        #expect(text.messages.contains(Self.advice) && text.output != own.output)
        #expect(try await program.run("tokenize --model m", input: "[SEP]\n").messages == "")
        #expect(try await program.run("tune a.csv --epochs 1 --quiet --output n --model", program.path("m")).status == 0)
        #expect(try program.read("n/tenor.json").contains("\"special_tokens\": \"tokens\""))
    }

    @Test func `Unknown settings of a model folder get a message`() async throws {
        try program.copy(Fixture.base, to: "base")
        let config = try program.read("base/config.json").replacing("{\n", with: "{\n  \"alibi\": true,\n", maxReplacements: 1)
        try program.write(config, to: "base/config.json")
        let said = "config.json: unknown setting 'alibi' is ignored\n"
        try program.write(Self.table, to: "a.csv")
        let run = try await program.run("tune a.csv --epochs 1 --output m --model base")
        #expect(run.status == 0 && run.messages.contains("base/\(said)"))
        let inspected = try await program.run("inspect base")
        #expect(inspected.output.contains("base/\(said)"))
        let classified = try await program.run("classify a.csv --special-tokens tokens --model m")
        #expect(classified.messages.hasSuffix(said) && classified.messages.split(separator: "\n").count == 1)
    }
}
