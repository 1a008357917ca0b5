import Foundation
import Testing

/// What a tuned folder records about the table it was tuned on.
@Suite struct TunedInputTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(_ more: String) async throws -> Run {
        try await program.run("tune --unfreeze none --head-fit stepped --epochs 1 --output m \(more) --model", Fixture.base)
    }

    @Test func `The columns and the encoding of tuning are those of later tables, unless others are named`() async throws {
        let rows = (0..<40).map { "mail \($0),caf\u{E9} number \($0),\(["x", "y"][$0 % 2]),\(["y", "x"][$0 % 2])\n" }
        let table = "subject,body,topic,other\n" + rows.joined()
        try program.write(Array(table.unicodeScalars.map { UInt8($0.value) }), to: "a.csv")
        #expect(
            try await tune("a.csv --quiet --text-column subject --text-column body --label-column topic --encoding latin1").status == 0)
        let facts = try #require(try JSONSerialization.jsonObject(with: program.bytes("m/tenor.json")) as? [String: Any])
        let input = try #require(facts["input"] as? [String: Any])
        #expect(input["text_columns"] as? [String] == ["subject", "body"])
        #expect(input["label_column"] as? String == "topic" && input["encoding"] as? String == "latin1")

        let said = "as in tuning: --text-column subject, body, --label-column topic, --encoding latin1\n"
        let evaluated = try await program.run("evaluate a.csv --model m")
        #expect(evaluated.status == 0 && evaluated.messages.hasPrefix(said))
        let classified = try await program.run("classify a.csv --format jsonl --model m")
        #expect(classified.messages == "as in tuning: --text-column subject, body, --encoding latin1\n")
        let named = try await program.run(
            "classify a.csv --format jsonl --text-column subject --text-column body --encoding latin1 --model m")
        #expect(named.messages == "" && named.output == classified.output)
        let other = try await program.run("evaluate a.csv --label-column other --model m")
        #expect(other.status == 0 && !other.messages.contains("--label-column"))
        #expect(other.output != evaluated.output)
        let typed = try await program.run("classify --model m", input: "caf\u{E9}\n")
        #expect(typed.messages == "" && typed.lines.count == 1)
    }

    @Test func `What was not named is not recorded`() async throws {
        #expect(try await tune("--quiet \(Fixture.opinions)").status == 0)
        #expect(try !program.read("m/tenor.json").contains("\"input\""))
        #expect(try await program.run("classify --model m", Fixture.opinions).messages == "")
    }

    @Test func `Rows that a model was trained on are counted`() async throws {
        let rows = (0..<40).map { "text number \($0),\(["x", "y"][$0 % 2])\n" }
        try program.write("text,label\n" + rows.joined(), to: "a.csv")
        try program.write("text,label\n  Text NUMBER 3 ,y\na new text,x\ntext number 4,x\n", to: "b.csv")
        let run = try await tune("a.csv --dev b.csv")
        #expect(run.messages.contains("\nb.csv: 2 of 3 rows are in the training data\n"))
        #expect(try program.bytes("m/rows.bin").count == 40 * 8)
        let evaluated = try await program.run("evaluate b.csv --model m")
        #expect(evaluated.messages.hasSuffix(" a second\nb.csv: 2 of 3 rows were in the training data of m\n"))
        let again = try await program.run("tune b.csv --epochs 1 --dev-fraction 0 --output n --model", program.path("m"))
        #expect(again.messages.contains("\nb.csv: 2 of 3 rows were in the training data of \(program.path("m"))\n"))
        #expect(try program.bytes("n/rows.bin").count == 41 * 8, "what the base was trained on counts, too")
        try FileManager.default.removeItem(atPath: program.path("m/rows.bin"))
        #expect(try await !program.run("evaluate b.csv --model m").messages.contains("training data"))
        try program.write("seven b", to: "m/rows.bin")
        let damaged = try await program.run("evaluate b.csv --model m")
        #expect(damaged.status == 65 && damaged.error == "tenor: m/rows.bin: holds 7 bytes, it must hold 8 bytes for each row")
    }
}
