import Foundation
import Testing

/// Rows that are pairs of texts.
@Suite struct PairCommandTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Forty pairs that belong together if their colours are the same. Either text alone says nothing.
    private func writeRows() throws {
        let colours = ["red", "blue", "green", "black"]
        var (table, lines) = ("question,answer,label\n", "")
        for row in 0..<40 {
            let (first, second) = (colours[row % 4], colours[(row % 4 + (row % 2 == 0 ? 0 : 1 + row / 4 % 3)) % 4])
            let label = first == second ? "same" : "other"
            table += "Is it \(first)?,It is \(second).,\(label)\n"
            lines += "{\"question\": \"Is it \(first)?\", \"answer\": \"It is \(second).\", \"label\": \"\(label)\"}\n"
        }
        try program.write(table, to: "rows.csv")
        try program.write(lines, to: "rows.jsonl")
    }

    private func tune() async throws -> Run {
        try await program.run(
            "tune rows.csv --text-column question --pair-column answer --unfreeze none --output m --model", Fixture.base)
    }

    @Test func `Pairs are tuned on, measured and answered, and later commands know the columns`() async throws {
        try writeRows()
        let tuned = try await tune()
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(try program.read("m/tenor.json").contains("\"pair_column\": \"answer\""))
        let evaluated = try await program.run("evaluate rows.jsonl --model m")
        #expect(evaluated.status == 0 && evaluated.output.contains("accuracy"), "\(evaluated.messages)")
        #expect(evaluated.messages.contains("as in tuning: --text-column question, --pair-column answer"))
        let both = try await program.run("classify rows.csv --format csv --model m")
        let lines = try await program.run("classify rows.jsonl --format csv --model m")
        #expect(both.status == 0 && both.lines.count == 41)
        #expect(both.lines.map { $0.split(separator: ",").dropFirst() } == lines.lines.map { $0.split(separator: ",").dropFirst() })
        let kept = try await program.run("classify rows.csv --keep-columns --column-prefix t_ --model m")
        #expect(kept.output.hasPrefix("question,answer,label,t_label"), "\(kept.output.prefix(200))\(kept.messages)")
    }

    @Test func `The second text counts, and so does the order`() async throws {
        try writeRows()
        try #require(try await tune().status == 0)
        try program.write("question,answer\na,b\na,c\nb,a\na,b\n", to: "asked.csv")
        let answers = try await program.run("classify asked.csv --format csv --model m")
        #expect(answers.status == 0, "\(answers.messages)")
        let values = answers.lines.dropFirst().map { $0.split(separator: ",").dropFirst(2).joined(separator: ",") }
        #expect(values.count == 4 && values[0] == values[3] && Set(values).count == 3)
    }

    @Test func `Plain text, a missing column and a tokenizer without a template are refused`() async throws {
        try writeRows()
        try #require(try await tune().status == 0)
        try program.write("just a text\n", to: "note.txt")
        let plain = try await program.run("classify note.txt --model m")
        #expect(plain.status == 65)
        #expect(
            plain.messages.contains(
                "note.txt: has no columns, pairs of texts need a table or JSON objects with a column for each of the two"))
        try program.write("question,label\na,same\n", to: "single.csv")
        let missing = try await program.run("evaluate single.csv --model m")
        #expect(missing.status == 65 && missing.messages.contains("no column 'answer'"), "\(missing.messages)")
        try program.write("{\"question\": \"a\", \"label\": \"same\"}\n", to: "single.jsonl")
        #expect(try await program.run("evaluate single.jsonl --model m").status == 65)
    }

    @Test func `A different pair column is another run, which nothing resumes`() async throws {
        try writeRows()
        try #require(try await tune().status == 0)
        let again = try await program.run(
            "tune rows.csv --text-column answer --pair-column question --unfreeze none --resume --output m --model", Fixture.base)
        #expect(again.status != 0 || !again.output.contains("already"), "\(again.output)")
    }
}
