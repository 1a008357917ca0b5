import Foundation
import Testing

@Suite struct CheckTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Rows of two labels, in which nothing is to be found.
    private static let rows = (0..<20).map {
        "text number \($0) has words of its own such as a\($0) b\($0) c\($0) d\($0),\($0 % 2 == 0 ? "good" : "bad")"
    }

    private func write(_ rows: [String], to name: String) throws {
        try program.write("text,label\n" + rows.map { $0 + "\n" }.joined(), to: name)
    }

    /// The names of the findings by severity.
    private func findings(_ run: Run) throws -> [String: [String]] {
        let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let found = try #require(json["findings"] as? [[String: Any]])
        return Dictionary(grouping: found) { $0["severity"] as? String ?? "" }.mapValues { $0.map { $0["name"] as? String ?? "" } }
    }

    @Test func `Nothing is found in good rows, and the exit status is 0`() async throws {
        try write(Self.rows, to: "a.csv")
        let run = try await program.run("check a.csv")
        #expect(run.status == 0 && run.messages == "")
        #expect(run.lines.first == "a.csv: 20 rows, 2 labels" && run.lines.last == "no errors, no warnings, no notes")
    }

    @Test func `A row that a test file shares is an error with both places, unless that is allowed`() async throws {
        try write(Self.rows, to: "a.csv")
        try write(["Text  NUMBER 3 has words of its own such as a3 b3 c3 d3,bad", "another text,good"], to: "t.csv")
        let run = try await program.run("check a.csv --against t.csv")
        #expect(run.status == 65)
        #expect(run.output.contains("error leaks: 1 of 2 rows of t.csv has the text of a row of a.csv.\n"))
        #expect(run.output.contains("\n    t.csv:2  bad | Text  NUMBER 3") && run.output.contains("\n    a.csv:5  bad | text number 3"))
        #expect(run.lines.last == "1 error (leaks), no warnings, no notes")
        #expect(run.messages == "tenor: a.csv: leaks to be corrected before training\n")
        let allowed = try await program.run("check a.csv --against t.csv --allow leaks")
        #expect(allowed.status == 0 && allowed.lines.last == "no errors, 1 warning, no notes")
    }

    @Test func `Pairs are the same if both texts are`() async throws {
        try program.write(
            "text,other,label\n" + Self.rows.map { $0.replacing(/,(?=[a-z]+$)/, with: ",second,") + "\n" }.joined(), to: "a.csv")
        try program.write("text,other,label\na,b,good\na,c,bad\na b,,good\na,b,bad\n", to: "t.csv")
        let pairs = try await program.run("check t.csv --pair-column other --against a.csv --json - --model \(Fixture.base)")
        let found = try #require(try findings(pairs)["error"])
        #expect(found == ["contradictions"] && pairs.output.contains("a | b"), "\(pairs.output)\(pairs.messages)")
    }

    @Test func `What spoils training and what does not`() async throws {
        let odd = [
            "text number 1 has words of its own such as a1 b1 c1 d1,good", "text number 2 has words of its own such as a2 b2 c2 e2,bad",
            ",good", "a text,Good", "other text,nan", "some text,nan", "no fields", "one<br>two,good", "cafÃ©,good", "Привет мир,bad",
        ]
        try write(Self.rows + odd, to: "a.csv")
        try write(["a new text,ugly"], to: "t.csv")
        let run = try await program.run("check a.csv --against t.csv --json -")
        #expect(run.status == 65)
        let found = try findings(run)
        #expect(found["error"] == ["invalid-rows", "similar-labels", "single-row-labels", "unknown-labels", "contradictions"])
        let warnings = [
            "empty-texts", "missing-value-labels", "small-labels", "imbalance", "near-contradictions", "duplicates", "mojibake",
            "html-tags",
        ]
        #expect(found["warning"] == warnings && found["note"] == ["near-duplicates", "scripts"])
        #expect(
            run.error
                == "tenor: a.csv: invalid-rows, similar-labels, single-row-labels, unknown-labels, contradictions to be corrected before training"
        )
    }

    @Test func `One label, labels that are amounts and an empty file are errors`() async throws {
        try write((0..<9).map { "text \($0),good" }, to: "one.csv")
        #expect(try await program.run("check one.csv").lines.last?.contains("(one-label)") == true)
        try write((0..<20).map { "text \($0),9\($0)" }, to: "amounts.csv")
        #expect(try await program.run("check amounts.csv").lines.last?.contains("unlikely-labels") == true)
        try write([], to: "empty.csv")
        let run = try await program.run("check empty.csv")
        #expect(run.status == 65 && run.messages == "tenor: empty.csv: has no rows, needs at least one\n")
    }

    @Test func `Several labels and numbers are checked too`() async throws {
        try program.write("text,a,b\n" + (0..<20).map { "text \($0) w\($0),\($0 % 2),1\n" }.joined(), to: "sets.csv")
        let sets = try await program.run("check sets.csv --label-column a --label-column b")
        #expect(sets.status == 0 && sets.output.contains("\nb        20  100.0 %"))
        try program.write("text,label\n" + (0..<20).map { "text \($0) w\($0),\($0).5\n" }.joined(), to: "numbers.csv")
        let numbers = try await program.run("check numbers.csv --model", Fixture.base)
        #expect(numbers.status == 0 && numbers.lines.first == "numbers.csv: 20 rows")
        #expect(numbers.messages.contains("wrong labels are not looked for"))
    }

    @Test func `With a model, wrong labels are found, and written with their places`() async throws {
        let things = [
            "guide", "book", "soup", "room", "garden", "train", "film", "laptop", "my", "our", "her", "that", "second", "this", "the",
        ]
        let rows = (0..<60).map { row in
            let said = row % 2 == 0 ? "warm kind warm kind" : "rude cold rude cold"
            return
                "\(things[row / 2 % 15]) \(said)\(row < 30 ? "" : " and"),\((row % 2 == 0) != [4, 21, 50].contains(row) ? "good" : "bad")"
        }
        try write(rows, to: "a.csv")
        let run = try await program.run(
            "check a.csv --errors e.csv --probabilities p.csv --report page --json j.json --model", Fixture.base)
        #expect(run.output.contains("warning label-errors: The label of "))
        #expect(run.output.contains("\ntokens "))
        let errors = try program.read("e.csv").split(separator: "\n")
        #expect(errors[0] == "text,label,likely_label,likely_probability,label_probability,file,line")
        #expect(Set(errors.dropFirst().map { $0.split(separator: ",").last! }) == ["6", "23", "52"], "\(errors)")
        let probabilities = try program.read("p.csv").split(separator: "\n")
        #expect(probabilities[0] == "file,line,label,p_bad,p_good" && probabilities.count == 61)
        #expect(try program.read("page/index.html").contains("finding-label-errors"))
        let again = try await program.run("check a.csv --threads 1 --errors e1.csv --json - --model", Fixture.base)
        #expect(try program.read("j.json") == again.output && program.read("e.csv") == program.read("e1.csv"))
        #expect(try await program.run("check a.csv --errors e.csv --model", Fixture.base).status == 73)
    }

    @Test func `A model that was trained on the rows is said to agree with them`() async throws {
        let model = try await Fixture.classifier()
        let run = try await program.run("check --json - --model", model, Fixture.opinions)
        #expect(try findings(run)["warning"]?.contains("seen-rows") == true)
    }

    @Test(arguments: [
        ("a.csv --similarity 0.5", "--similarity is 0.5, it must be from 0.7 to 1"),
        ("a.csv --errors e.csv", "--errors needs a --model"),
        ("- --model m", "--model needs a file that can be read twice, not standard input"),
        ("a.csv --against a.csv", "the corpus and --against are both 'a.csv', each needs a file of its own"),
        ("a.csv --json x --errors x --model m", "--json and --errors are both 'x', each needs a file of its own"),
    ])
    func `Wrong usage is refused`(line: String, said: String) async throws {
        let run = try await program.run("check \(line)")
        #expect(run.status == 64)
        #expect(run.messages == "tenor: \(said); see 'tenor check --help'\n")
    }

    @Test func `Standard input is checked without texts in the examples`() async throws {
        let input =
            "{\"text\":\"a b\",\"label\":\"x\"}\n{\"text\":\"A  b\",\"label\":\"x\"}\n{\"text\":\"c\",\"label\":\"y\"}\n{\"text\":\"d\",\"label\":\"y\"}\n"
        let run = try await program.run("check -", input: input)
        #expect(run.output.contains("duplicates: 1 of 4 rows has the text of an earlier row"))
        #expect(run.output.contains("\n    -:1  x\n    -:2  x\n"))
    }
}
