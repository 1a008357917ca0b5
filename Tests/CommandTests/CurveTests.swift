import Foundation
import Testing

@Suite struct CurveTests {
    private let program: Program

    init() throws { program = try Program() }

    private func curve(_ line: String, _ corpus: String = Fixture.opinions) async throws -> Run {
        try await program.run("curve \(line) --model", Fixture.base, corpus)
    }

    @Test func `A table and two sentences are printed, and a chart is written where a file is named`() async throws {
        let run = try await curve("--sizes 8,4 --draws 2 --output curve.svg")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.lines[0] == "accuracy in percent on 26 test rows, mean ± standard deviation of 2 draws")
        #expect(run.lines[2].hasPrefix("rows per label  rows  pre-trained base  random weights ") && run.lines[2].hasSuffix(" TF-IDF"))
        #expect(run.lines[3].hasPrefix("4                  8  "))
        #expect(run.lines[4].hasPrefix("8                 16  "))
        #expect(run.lines[5].hasPrefix("Pre-training brings "))
        #expect(run.lines[6].hasPrefix("Twice the labels, 16 rows each, "))
        #expect(run.messages.contains("\n26 test rows (a part of the corpus), which no classifier is trained on\n"))
        #expect(run.messages.contains("\ndraw 2 of 2, 8 rows per label: pre-trained base "))
        #expect(try program.read("curve.svg").hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(try program.read("curve.svg").contains("opinions.csv · mean ± standard deviation of 2 draws · 26 test rows"))

        let again = try await curve("--sizes 4 --draws 1 --output curve.svg")
        #expect(again.status == 73)
        #expect(again.error.hasSuffix("with --force"))
    }

    @Test func `The same figures come out at one, two and three threads`() async throws {
        var outputs: Set<String> = []
        for threads in 1...3 {
            let run = try await curve("--sizes 4,8 --draws 2 --json --quiet --threads \(threads)")
            #expect(run.status == 0 && run.messages == "")
            outputs.insert(run.output)
        }
        #expect(outputs.count == 1)
        let other = try await curve("--sizes 4,8 --draws 2 --json --quiet --seed 2")
        #expect(!outputs.contains(other.output))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(other.output.utf8)) as? [String: Any])
        #expect(json["rows_per_label"] as? [Int] == [4, 8])
        #expect(json["test_rows"] as? Int == 26)
    }

    @Test func `Words that tell the labels apart are all that TF-IDF needs`() async throws {
        let rows = (0..<40).map { "the lovely thing \($0),good\nthe awful thing \($0),bad\n" }.joined()
        try program.write("text,label\n" + rows, to: "words.csv")
        let run = try await curve("--sizes 8 --draws 1 --json --unfreeze none", program.path("words.csv"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let methods = try #require(json["methods"] as? [String: [String: Any]])
        #expect(Set(methods.keys) == ["pretrained", "random", "tfidf"])
        #expect(methods["tfidf"]?["mean"] as? [Double] == [1])
    }

    @Test func `Test rows of one's own are measured, and their texts are in no draw`() async throws {
        let lines = try String(contentsOfFile: Fixture.opinions, encoding: .utf8).split(separator: "\n")
        try program.write((lines[0...8] + []).joined(separator: "\n") + "\n", to: "test.csv")
        let run = try await curve("--test test.csv --sizes 4 --draws 1")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.messages.contains("\n8 test rows (test.csv), which no classifier is trained on\n"))
        #expect(run.messages.contains("\n8 rows left out: a test row has the same text\n"))
        #expect(run.lines[0] == "accuracy in percent on 8 test rows, one draw")
    }

    @Test func `A label with fewer rows than a size gives all of them, and is named`() async throws {
        var text = "text,label\n" + (0..<30).map { "good thing \($0),good\nbad thing \($0),bad\n" }.joined()
        text += "odd thing,rare\nodd matter,rare\nodd case,rare\n"
        try program.write(text, to: "rare.csv")
        let run = try await curve("--draws 1", program.path("rare.csv"))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.messages.contains("\nfewer than 16 rows, so all of them are used: 'rare' 2\n"))
        #expect(run.lines.contains { $0.hasPrefix("16                34  ") })
    }

    @Test(arguments: [
        ("--label-column topic", 65, "has no column 'topic', its columns are 'text', 'label'"),
        ("--sizes 99", 64, "--sizes must be at most 27, the rows of the most frequent label that are not test rows"),
        ("--sizes 8,x", 64, "The value '8,x' is invalid for '--sizes <n,…>'"),
        ("--draws 0", 64, "--draws is 0, it must be from 1 to 100"),
        ("--output no/curve.svg", 73, "there is no folder 'no', it is needed first"),
        ("--draws 2 --draws 3", 64, "--draws is given twice, it takes one value"),
        ("--max-length 2", 64, "--max-length must be at least 3"),
    ])
    func `Wrong use is one line that says what is wrong`(line: String, status: Int32, said: String) async throws {
        let run = try await curve(line)
        #expect(run.status == status)
        #expect(run.error.contains(said), "\(run.error)")
        #expect(run.output == "")
    }

    @Test func `Too few rows are an error that names the way out`() async throws {
        try program.write("text,label\n" + (0..<8).map { "text \($0),\($0 % 2)\n" }.joined(), to: "few.csv")
        let run = try await curve("", program.path("few.csv"))
        #expect(run.status == 65)
        #expect(
            run.error.hasSuffix(
                "few.csv: besides the test rows the most frequent label has 3 rows, at least 8 are needed; --sizes names smaller sizes"))
    }

    @Test func `An interrupted run leaves no file`() async throws {
        let running = try program.start(
            "curve --draws 100 --output curve.svg --model", [Fixture.base, Fixture.opinions])
        running.signal(SIGINT) { $0.contains("draw 1 of 100") }
        let run = try await running.end()
        #expect(run.status == 130)
        #expect(run.error == "tenor: interrupted")
        #expect(try program.names == [])
    }
}
