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
            "truncated_rows",
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
        #expect(try !program.read("m.json").contains("auroc"))
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
}
