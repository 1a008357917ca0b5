import Foundation
import Testing

@Suite struct EvaluateTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    @Test func `The figures are printed, and written where a file is named`() async throws {
        let run = try await program.run("evaluate --json metrics.json --model", model, Fixture.opinions)
        #expect(run.status == 0)
        #expect(run.lines[0] == "rows         80")
        #expect(
            run.lines[1].range(of: #"^accuracy     0\.\d{4}  \(95 % interval 0\.\d{4} to 0\.\d{4}\)$"#, options: .regularExpression) != nil)
        let json = try #require(try JSONSerialization.jsonObject(with: program.bytes("metrics.json")) as? [String: Any])
        let keys = [
            "rows", "accuracy", "accuracy_ci95", "macro_f1", "weighted_f1", "mcc", "nll", "brier", "ece", "auroc", "per_class", "confusion",
            "truncated_rows", "macro_f1_ci95", "weighted_f1_ci95", "mcc_ci95", "nll_ci95", "brier_ci95", "ece_ci95", "auroc_ci95",
            "baseline",
            "reliability", "risk_coverage", "slices",
        ]
        #expect(Set(json.keys) == Set(keys))
        let confusion = try #require(json["confusion"] as? [String: Any])
        #expect(confusion["labels"] as? [String] == ["bad", "good"])
        let counts = try #require(confusion["counts"] as? [[Int]])
        #expect(counts.flatMap(\.self).reduce(0, +) == 80)
        #expect(json["accuracy"] as? Double == Double(counts[0][0] + counts[1][1]) / 80)
    }

    @Test func `The file is not overwritten unless that is asked for`() async throws {
        try program.write("mine", to: "m.json")
        let run = try await program.run("evaluate --json m.json --model", model, Fixture.opinions)
        #expect(run.status == 73)
        #expect(try program.read("m.json") == "mine")
        #expect(try await program.run("evaluate --json m.json --force --model", model, Fixture.opinions).status == 0)
        #expect(try await program.run("evaluate --json no/m.json --model", model, Fixture.opinions).status == 73)
        #expect(try program.names == ["m.json"])
    }

    @Test func `A figure that the rows do not determine is said to be so`() async throws {
        try program.write("text,label\na,bad\n", to: "a.csv")
        let run = try await program.run("evaluate a.csv --json m.json --model", model)
        #expect(run.output.contains("\nAUROC        not defined: a label has no rows\n"))
        #expect(try !program.read("m.json").contains("\n  \"auroc\""))
    }

    @Test func `A label that the classifier does not have is an error, or a row left out`() async throws {
        try program.write("text,label\na,bad\nb,worse\n", to: "a.csv")
        let run = try await program.run("evaluate a.csv --model", model)
        #expect(run.status == 65)
        #expect(run.messages == "tenor: a.csv: record 2, line 3: the label is 'worse', needs one of 'bad', 'good'\n")
        let skipping = try await program.run("evaluate a.csv --skip-bad-rows --model", model)
        #expect(skipping.lines[0] == "rows         1")
        #expect(skipping.messages.hasSuffix("\n1 invalid row left out\n"))
    }

    /// Rows that the classifier gets wrong, since their labels are exchanged, and one that it gets right.
    private func writeExchanged() throws -> [String] {
        let rows = try String(contentsOfFile: Fixture.opinions, encoding: .utf8).split(separator: "\n").dropFirst()
        let exchanged = rows.prefix(9).map { row in
            row.hasSuffix(",good") ? row.dropLast(4) + "bad" : row.dropLast(3) + "good"
        }
        let some = exchanged.map(String.init) + [String(rows[10])]
        try program.write("country,text,label\n" + some.enumerated().map { "c\($0 % 2),\($1)\n" }.joined(), to: "x.csv")
        return some
    }

    @Test func `Wrong answers are written with text, label, answer and probabilities, the most confident first`() async throws {
        let rows = try writeExchanged()
        let run = try await program.run("evaluate x.csv --errors e.csv --json m.json --model", model)
        #expect(run.status == 0)
        let lines = try program.read("e.csv").split(separator: "\n").map(String.init)
        #expect(lines[0] == "text,label,answer,probability,label_probability,record")
        let metrics = try #require(try JSONSerialization.jsonObject(with: program.bytes("m.json")) as? [String: Any])
        let accuracy = try #require(metrics["accuracy"] as? Double)
        #expect(lines.count - 1 == 10 - Int((accuracy * 10).rounded()) && lines.count > 5)
        let errors = lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
        #expect(errors.map { $0[3] } == errors.map { $0[3] }.sorted(by: >))
        for error in errors {
            #expect(rows[Int(error[5])! - 1] == "\(error[0]),\(error[1])" && error[1] != error[2])
            #expect(abs(Double(error[3])! + Double(error[4])! - 1) < 2e-6)
        }
        #expect(try await program.run("evaluate e.csv --quiet --model", model).lines[1].hasPrefix("accuracy     0.0000"))
        #expect(try await program.run("evaluate x.csv --errors e.csv --model", model).status == 73)
    }

    @Test func `The report is a page in the folder or the file named, and is not overwritten unless that is asked for`() async throws {
        _ = try writeExchanged()
        #expect(try await program.run("evaluate x.csv --quiet --report page --model", model).status == 0)
        #expect(try program.read("page/index.html").hasPrefix("<!DOCTYPE html>\n"))
        let again = try await program.run("evaluate x.csv --quiet --report page --model", model)
        #expect(again.status == 73 && again.error.hasPrefix("tenor: page/index.html: exists already"))
        try program.write("old", to: "page/index.html")
        try program.write("mine", to: "page/mine.txt")
        #expect(try await program.run("evaluate x.csv --quiet --force --report page/ --model", model).status == 0)
        #expect(try program.read("page/index.html").hasSuffix("</html>\n") && program.read("page/mine.txt") == "mine")
        #expect(try await program.run("evaluate x.csv --quiet --report one.html --model", model).status == 0)
        #expect(try program.read("one.html") == program.read("page/index.html"), "the same rows give the same page")
        #expect(try await program.run("evaluate x.csv --quiet --report no/folder --model", model).status == 73)
        #expect(try await program.run("evaluate x.csv --quiet --report x.csv --model", model).status == 73)
        #expect(try program.names == ["x.csv", "page", "one.html"])
    }

    @Test func `Rows are divided by length, and by a column that is named`() async throws {
        _ = try writeExchanged()
        let run = try await program.run("evaluate x.csv --slice country --json m.json --model", model)
        #expect(run.status == 0 && run.output.contains("\nAccuracy by characters:\n"))
        let table = run.output.components(separatedBy: "\nAccuracy by country:\n")[1].split(separator: "\n")
        #expect(table[1].hasPrefix("c0          5  ") && table[2].hasPrefix("c1          5  "))
        try program.write(#"{"text": "a", "label": "bad", "country": null}"# + "\n", to: "a.jsonl")
        #expect(try await program.run("evaluate a.jsonl --slice country --model", model).output.contains("\n(empty) "))
        let missing = try await program.run("evaluate x.csv --slice land --model", model)
        #expect(missing.status == 65 && missing.error.hasPrefix("tenor: x.csv: has no column 'land', its columns are"))
    }

    @Test func `A second model is compared on the same rows, whatever the order of its labels`() async throws {
        try program.copy(model, to: "same")
        let same = try await program.run("evaluate --against same --json m.json --model", model, Fixture.opinions)
        #expect(same.status == 0)
        #expect(same.output.hasSuffix("\nBoth are right equally often: these rows show no difference.\n"))
        #expect(same.output.contains("\nDifferent answers: 0 rows. Right only by the first: 0, only by the second: 0.\n"))
        let config = try program.read(program.encoder("same", "config.json"))
        let exchanged = config.replacing(#""0": "bad""#, with: #""0": "x""#).replacing(#""1": "good""#, with: #""1": "bad""#)
            .replacing(#""0": "x""#, with: #""0": "good""#)
        try program.write(exchanged, to: program.encoder("same", "config.json"))
        let opposite = try await program.run("evaluate --against same --model", model, Fixture.opinions)
        #expect(opposite.output.contains("\nDifferent answers: 80 rows."))
        #expect(opposite.output.contains("\nThe difference is real at 95 %: my model is right on "))
        try program.write(config.replacing(#""0": "bad""#, with: #""0": "worse""#), to: program.encoder("same", "config.json"))
        let other = try await program.run("evaluate --against same --model", model, Fixture.opinions)
        #expect(other.status == 65 && other.output == "")
        #expect(other.error.hasPrefix("tenor: same: its labels are 'worse', 'good', to compare it needs those of "))
    }

    @Test func `Two outputs in one file, or one in the corpus, are wrong usage`() async throws {
        for line in ["--json a --errors a", "--errors x.csv --force", "--report a.html --json a.html"] {
            let run = try await program.run("evaluate x.csv \(line) --model", model)
            #expect(run.status == 64 && run.error.contains("each needs a file of its own"))
        }
    }
}
