import Foundation
import Testing

/// `tenor tune --old`: a tuned classifier gets new labels, and what it forgot is measured.
@Suite struct GrowingCommandTests {
    private let program: Program

    init() throws {
        program = try Program()
        let words = ["a": "warm kind guide", "b": "soup waste money", "c": "book worth minute", "C": "book worth minute"]
        func table(_ labels: [String], _ rows: Int, _ name: String) throws {
            let lines = (0..<rows).map { "\(words[labels[$0 % labels.count]]!) \(name) \($0),\(labels[$0 % labels.count])\n" }
            try program.write("text,label\n" + lines.joined(), to: "\(name).csv")
        }
        try table(["a", "b"], 80, "old")
        try table(["c"], 30, "new")
        try table(["a", "b", "c"], 30, "mixed")
    }

    private func tune(_ line: String) async throws -> Run { try await program.run("tune --unfreeze none \(line)") }

    private func tuneOld() async throws {
        let run = try await program.run("tune --unfreeze none old.csv --output m --quiet --model", Fixture.base)
        try #require(run.status == 0, "\(run.messages)")
    }

    private func object(_ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.bytes(file)) as? [String: Any])
    }

    @Test func `One new label is added after the old ones, and what was forgotten is measured on old rows that are held out`() async throws
    {
        try await tuneOld()
        let run = try await tune("new.csv --old old.csv --model m --output n")
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.messages.contains("\nthe base's own head grows by 'c'\n") && run.messages.contains("old.csv: 80 old rows\n"))
        #expect(!run.messages.contains("may be forgotten"))
        #expect(
            run.lines.contains {
                $0.hasPrefix("n: on 16 old rows not trained on now: accuracy ") && $0.hasSuffix(" given a new label")
            }, "\(run.output)")
        #expect(
            run.lines.contains {
                $0.hasPrefix(
                    "n: the old model was trained on 16 of them, so what it got right there is no measure; on held-out rows it had ")
            }, "\(run.output)")
        #expect(!run.output.contains("before") && !run.messages.contains("baseline: always answering 'c'"))
        #expect(try object(program.encoder("n", "config.json"))["id2label"] as? [String: String] == ["0": "a", "1": "b", "2": "c"])
        let facts = try object("n/tenor.json")
        let forgetting = try #require(facts["forgetting"] as? [String: Any])
        #expect(facts["old"] as? String == "old.csv" && facts["old_sha256"] is String)
        #expect(forgetting["rows"] as? Int == 16 && forgetting["seen_before"] as? Int == 16)
        #expect(try program.read("n/README.md").contains("Trained along with 64 old rows of old.csv. On 16 others"))
        #expect(try program.bytes("n/rows.bin").count == 8 * (80 + 30))
        for file in ["old.csv", "new.csv"] {
            let evaluated = try await program.run("evaluate \(file) --quiet --json e.json --force --model n")
            #expect(evaluated.status == 0, "\(evaluated.messages)")
            #expect(try #require(try object("e.json")["accuracy"] as? Double) > 0.9)
        }
    }

    @Test func `The same command gives the same bytes at any number of threads`() async throws {
        try await tuneOld()
        for (output, threads) in [("n", 1), ("o", 2)] {
            #expect(try await tune("new.csv --old old.csv --model m --output \(output) --threads \(threads)").status == 0)
        }
        #expect(try program.bytes("n/tenor.json") == program.bytes("o/tenor.json"))
        try program.write(program.read("old.csv") + "one more text,a\n", to: "more.csv")
        #expect(try await tune("new.csv --old more.csv --model m --output p").status == 0)
        #expect(try object("p/tenor.json")["run"] as? String != object("n/tenor.json")["run"] as? String)
    }

    @Test func `Without old rows, the head grows too, and a message says what may be forgotten`() async throws {
        try await tuneOld()
        let run = try await tune("mixed.csv --model m --output n")
        #expect(run.status == 0, "\(run.messages)")
        #expect(
            run.messages.contains(
                "\nonly new rows are trained on, and what the base knows of 'a', 'b' may be forgotten; --old FILE adds old rows\n"))
        #expect(!run.output.contains("old row"))
        #expect(try object(program.encoder("n", "config.json"))["id2label"] as? [String: String] == ["0": "a", "1": "b", "2": "c"])
    }

    @Test func `Old rows are trained on again without a new label, too`() async throws {
        try await tuneOld()
        let run = try await tune("old.csv --old old.csv --model m --output n")
        // All texts of the held-out rows are in the corpus.
        #expect(run.status == 0 && !run.output.contains("not trained on now"), "\(run.messages)")
        #expect(try program.read("n/README.md").contains("none were left to measure by"))
    }

    @Test func `What cannot grow is refused before any work`() async throws {
        try await tuneOld()
        try program.write("text,label\n" + (0..<20).map { "book \($0),\($0 % 2 == 0 ? "A" : "d")\n" }.joined(), to: "case.csv")
        try program.write("text,x,y\n" + (0..<20).map { "book \($0),1,\($0 % 2)\n" }.joined(), to: "sets.csv")
        let cases: [(String, Int32, String)] = [
            ("case.csv --old old.csv --model m", 65, "tenor: m: its head has 'a', and the corpus's 'A' would become another label; "),
            ("new.csv --old mixed.csv --model m", 65, "tenor: mixed.csv: record 3, line 4: the label is 'c', "),
            (
                "sets.csv --label-column x --label-column y --old old.csv --model m", 64,
                "tenor: --old must be left out where rows do not have one label each"
            ),
            ("new.csv --old old.csv --model \(Fixture.base)", 64, "tenor: \(Fixture.base): it has no head of its own, "),
            ("new.csv --old old.csv --keep-head --model m", 64, "tenor: m: its head is for 'a', 'b'; "),
            ("new.csv --model m", 65, "tenor: new.csv: all 30 rows are labelled 'c', "),
        ]
        for (line, status, error) in cases {
            let run = try await tune("--quiet --output n \(line)")
            #expect(run.status == status && run.error.hasPrefix(error), "\(line): \(run.messages)")
            #expect(!program.exists("n"))
        }
    }
}
