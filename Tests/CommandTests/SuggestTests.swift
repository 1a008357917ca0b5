import Foundation
import Testing

@Suite struct SuggestTests {
    private let program: Program

    init() throws { program = try Program() }

    private static let texts = (0..<30).map { "\($0 % 2 == 0 ? "good" : "bad") thing \($0) with a word\($0) and an other\($0)" }

    private func rows(_ run: Run) -> [[Substring]] {
        run.lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    @Test func `The least certain texts come first, each once, with an empty label to fill in`() async throws {
        try program.write((Self.texts + Self.texts.map { $0.uppercased() }).map { $0 + "\n" }.joined(), to: "pool.txt")
        let run = try await program.run("suggest pool.txt --lines --count 6 --model", try await Fixture.classifier())
        #expect(run.status == 0, "\(run.error)")
        #expect(run.messages.contains("30 different texts"))
        #expect(run.lines[0] == "text,label,suggested_label,probability,source,line")
        let found = rows(run)
        #expect(Set(found.map { $0[0].lowercased() }).count == 6)
        #expect(found.allSatisfy { $0[1] == "\"\"" && ["good", "bad"].contains($0[2]) && $0[4] == "pool.txt" })
        let probabilities = found.compactMap { Double($0[3]) }
        #expect(probabilities == probabilities.sorted() && probabilities.count == 6)
    }

    @Test func `Labelled texts, near duplicates and the model's own rows are left out, and fewer are said to be fewer`() async throws {
        let model = try await Fixture.classifier()
        try program.write("text\n" + Self.texts.map { "\($0)\n" }.joined(), to: "pool.csv")
        try program.write("text,label\n" + Self.texts.prefix(27).map { "\($0.uppercased()),good\n" }.joined(), to: "done.csv")
        try program.write("text\n\(Self.texts[28]) again\n", to: "near.csv")
        let run = try await program.run("suggest pool.csv near.csv --labelled done.csv --count 9 --model", model)
        #expect(run.status == 0, "\(run.error)")
        #expect(Set(rows(run).map { String($0[0]) }).isSubset(of: Set(Self.texts.suffix(3) + [Self.texts[28] + " again"])))
        #expect(rows(run).count == 3 && run.messages.contains("3 texts chosen: the others are nearly the same, or labelled already"))
        let own = try await program.run("suggest --model", model, Fixture.opinions)
        // A tenth of the 80 rows was held out.
        #expect(own.status == 0 && own.messages.hasPrefix("8 different texts"), "\(own.messages)")
    }

    @Test func `A base chooses texts that differ, without answers, the same ones at any number of threads`() async throws {
        try program.write(Self.texts.map { $0 + "\n" }.joined(), to: "pool.txt")
        var outputs: Set<String> = []
        for threads in 1...3 {
            let run = try await program.run("suggest pool.txt --lines --count 5 --threads \(threads) --base", Fixture.base)
            #expect(run.status == 0 && rows(run).allSatisfy { $0[2] == "\"\"" && $0[3] == "\"\"" }, "\(run.error)")
            outputs.insert(run.output)
        }
        #expect(outputs.count == 1)
    }

    @Test(arguments: ["label-studio", "argilla", "prodigy"])
    func `Tasks of labelling tools are JSON with the text and a suggestion`(format: String) async throws {
        try program.write(Self.texts.map { $0 + "\n" }.joined(), to: "pool.txt")
        let run = try await program.run(
            "suggest pool.txt --lines --count 3 --format \(format) --output tasks --model", try await Fixture.classifier())
        #expect(run.status == 0, "\(run.error)")
        let text = try program.read("tasks")
        let items = format == "prodigy" ? "[" + text.split(separator: "\n").joined(separator: ",") + "]" : text
        let tasks = try #require(try JSONSerialization.jsonObject(with: Data(items.utf8)) as? [[String: Any]])
        #expect(tasks.count == 3)
        for task in tasks {
            let holder = task["data"] as? [String: Any] ?? task["fields"] as? [String: Any] ?? task
            #expect((holder["text"] as? String)?.contains(" thing ") == true)
            #expect(task["predictions"] != nil || task["suggestions"] != nil || task["label"] != nil)
        }
        let again = try await program.run("suggest pool.txt --lines --output tasks --model", try await Fixture.classifier())
        #expect(again.status == 73 && again.error.contains("--force"), "\(again.error)")
    }

    @Test func `A model and a base, or no texts to choose, are wrong usage`() async throws {
        try program.write("a text\n", to: "pool.txt")
        let both = try await program.run("suggest pool.txt --model a --base b")
        #expect(both.status == 64 && both.error.contains("--model and --base exclude each other"))
        #expect(try await program.run("suggest pool.txt --count 0 --base", Fixture.base).status == 64)
    }
}
