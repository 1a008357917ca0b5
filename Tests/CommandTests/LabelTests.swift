import Foundation
import Testing

/// What a command says about a set of labels, and what it does with those of a base.
@Suite struct LabelTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(_ corpus: String, _ output: String, base: String = Fixture.base, _ more: String = "") async throws -> Run {
        try await program.run("tune \(corpus) --unfreeze none --head-fit stepped --epochs 1 --output \(output) \(more) --model", base)
    }

    private func object(_ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.bytes(file)) as? [String: Any])
    }

    /// A table with the labels one after the other.
    private func write(_ labels: [String], rows: Int, to name: String) throws {
        let lines = (0..<rows).map { "text number \($0),\(labels[$0 % labels.count])\n" }
        try program.write("text,label\n" + lines.joined(), to: name)
    }

    @Test func `Labels that look alike are warned of once, not again for a clean dev file`() async throws {
        try write(["pos", "Pos", "neg", "neg\u{200B}"], rows: 40, to: "a.csv")
        try write(["pos", "neg"], rows: 8, to: "dev.csv")
        let run = try await tune("a.csv", "m", "--dev dev.csv")
        #expect(run.status == 0)
        #expect(run.messages.contains("a.csv: labels that differ only in case: 'Pos', 'pos'\n"))
        #expect(run.messages.contains("a.csv: labels that differ only in invisible characters: 'neg', 'neg\u{200B}' (U+200B)\n"))
        #expect(!run.messages.contains("dev.csv: labels"))
        let inspected = try await program.run("inspect m")
        #expect(inspected.output.contains("labels that differ only in case: 'Pos', 'pos'"))
        let evaluated = try await program.run("evaluate dev.csv --model m")
        #expect(evaluated.messages.contains("m: labels that differ only in case: 'Pos', 'pos'\n"))
    }

    @Test func `A column of amounts is refused before any work, unless that is asked for`() async throws {
        try program.write("text,label\n" + (0..<30).map { "a text,\($0 + 1)99\n" }.joined(), to: "a.csv")
        let run = try await tune("a.csv", "m", "--quiet")
        #expect(run.status == 65)
        #expect(run.messages.hasPrefix("tenor: a.csv: 30 of 30 rows have a label that no other row has, such as '199', '299'; "))
        #expect(run.messages.hasSuffix("; --task regression takes them as numbers, --any-labels as labels\n") && run.lines.isEmpty)
        #expect(try program.names == ["a.csv"])
        #expect(try await tune("a.csv", "m", "--any-labels --quiet").status == 0)
    }

    @Test func `A list of many labels is cut in messages, and files stay small`() async throws {
        try write((0..<120).map { "intent \($0)" }, rows: 480, to: "a.csv")
        let run = try await tune("a.csv", "m")
        #expect(run.status == 0)
        #expect(run.messages.contains("\n  and 100 more\n"))
        for file in ["tenor.json", "training.jsonl"] { #expect(try !program.read("m/\(file)").contains("intent")) }
        let confusion = try #require(try object("m/metrics.json")["confusion"] as? [String: Any])
        #expect(confusion["pairs"] is [[Int]] && confusion["counts"] == nil)
        #expect(try await program.run("inspect m").lines.contains { $0.hasPrefix("labels ") && $0.hasSuffix(" and 100 more") })
        let evaluated = try await program.run("evaluate a.csv --json e.json --model m")
        #expect(evaluated.status == 0 && evaluated.output.contains("\nThe most frequent wrong answers:\n"))
        #expect(!evaluated.output.contains("Rows are true labels, columns are answers:"))
    }

    // MARK: - The base's own labels

    /// A folder tuned on the opinions, with other names for its labels.
    private func renamed(_ names: String) async throws -> String {
        try program.copy(try await Fixture.classifier(), to: "own")
        var json = try object(program.encoder("own", "config.json"))
        json["id2label"] = try JSONSerialization.jsonObject(with: Data(names.utf8))
        try JSONSerialization.data(withJSONObject: json).write(to: program.folder.appending(path: program.encoder("own", "config.json")))
        return "own"
    }

    @Test func `Numbers as labels fit a folder that has only placeholders`() async throws {
        let own = try await renamed(#"{"0": "LABEL_0", "1": "LABEL_1"}"#)
        try write(["0", "1"], rows: 20, to: "a.csv")
        let evaluated = try await program.run("evaluate a.csv --model \(own)")
        #expect(evaluated.status == 0 && evaluated.output.contains("\nLABEL_0 "))
        #expect(
            evaluated.messages.contains(
                "a.csv: 20 labels are numbers, such as '0', and taken for the model's label of that number, 'LABEL_0'\n"))
        let tuned = try await tune("a.csv", "m", base: own, "--keep-head")
        #expect(tuned.status == 0)
        #expect(tuned.messages.contains("\nthe labels are numbers and taken for the head's, such as '0' for 'LABEL_0'\n"))
        #expect(try object(program.encoder("m", "config.json"))["id2label"] as? [String: String] == ["0": "LABEL_0", "1": "LABEL_1"])
        try write(["0", "1", "2"], rows: 30, to: "b.csv")
        let more = try await tune("b.csv", "n", base: own)
        let replaced = "a new head, pooling mean, in place of the base's own for 'LABEL_0', 'LABEL_1'\n"
        #expect(more.status == 0 && more.messages.contains(replaced), "\(more.messages)")
    }

    @Test func `Names that are numbers are read as text`() async throws {
        let own = try await renamed(#"{"0": 0, "1": 1}"#)
        try write(["0", "1"], rows: 20, to: "a.csv")
        #expect(try await program.run("evaluate a.csv --quiet --model \(own)").status == 0)
        let answers = try await program.run("classify --top 2 --model \(own)", input: "a\n")
        #expect(Set(answers.lines.map { $0.split(separator: "\t")[1] }) == ["0", "1"])
    }

    @Test func `Labels that the corpus lacks stay in the head, until it is reset`() async throws {
        try write(["a", "b", "c"], rows: 60, to: "three.csv")
        try write(["a", "c"], rows: 40, to: "two.csv")
        #expect(try await tune("three.csv", "m").status == 0)
        let kept = try await tune("two.csv", "n", base: program.path("m"))
        #expect(
            kept.messages.contains(
                "\nkeeping the base's own head, which has more labels; --reset-head makes a new one\n"
                    + "the base's own head is kept, with 'b', which no row has\n"))
        #expect(try object(program.encoder("n", "config.json"))["id2label"] as? [String: String] == ["0": "a", "1": "b", "2": "c"])
        #expect(try await program.run("evaluate three.csv --quiet --model n").status == 0)
        let dev = try await tune("two.csv", "p", base: program.path("m"), "--dev three.csv")
        #expect(dev.status == 0 && dev.messages.contains("the base's own head is kept, with 'b', which no row has\n"))
        #expect(try await tune("two.csv", "q", base: program.path("m"), "--dev three.csv --reset-head").status == 65)
        #expect(try await tune("two.csv", "o", base: program.path("m"), "--reset-head").status == 0)
        #expect(try object(program.encoder("o", "config.json"))["id2label"] as? [String: String] == ["0": "a", "1": "c"])
    }

    @Test func `A head grows by a label that it lacks, until it is reset`() async throws {
        try write(["a", "b"], rows: 40, to: "two.csv")
        try write(["a", "b", "c"], rows: 60, to: "three.csv")
        #expect(try await tune("two.csv", "m").status == 0)
        let grown = try await tune("three.csv", "n", base: program.path("m"))
        #expect(grown.status == 0 && grown.messages.contains("\nthe base's own head grows by 'c'\n"), "\(grown.messages)")
        let reset = try await tune("three.csv", "o", base: program.path("m"), "--reset-head")
        #expect(reset.status == 0 && reset.messages.contains("\na new head, pooling "))
        let refused = try await tune("three.csv", "p", base: program.path("m"), "--keep-head")
        #expect(refused.status == 64 && refused.error.contains("a head that is kept needs to have them all"))
        #expect(try await program.run("classify --top 9 --model n", input: "a\n").lines.count == 3)
    }

    @Test(arguments: ["evaluate", "quantize --output q", "tune --output q"])
    func `Two labels with the same name are refused before any work`(command: String) async throws {
        let own = try await renamed(#"{"0": "neg", "1": "neg"}"#)
        let run = try await program.run("\(command) --model \(own)", Fixture.opinions)
        if run.status == 69 { return }
        #expect(run.status == 65)
        #expect(
            run.messages
                == "tenor: \(program.encoder("own", "config.json")): 'id2label' has 'neg' for 0 and for 1, each label needs a name of its own\n"
        )
        #expect(run.output == "")
        #expect(try await program.run("classify --model \(own)", input: "a\n").status == 0)
    }
}
