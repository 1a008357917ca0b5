import Foundation
import Testing

/// The columns and keys of answers, and texts that get no label.
@Suite struct AnswerFormatTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    @Test func `No two columns of a table have the same name`() async throws {
        let labels = ["row", "label", "label:row", "Source", "plain"]
        let rows = (0..<20).map { "text \($0),\(labels[$0 % labels.count])\n" }
        try program.write("text,label\n" + rows.joined(), to: "a.csv")
        #expect(try await program.run("tune a.csv --quiet --epochs 1 --output m --model", Fixture.base).status == 0)
        let run = try await program.run("classify a.csv --format csv --model m")
        #expect(run.lines[0] == "source,row,label,probability,Source,label:label,label:label:row,plain,label:row")
        #expect(run.lines[1].split(separator: ",").count == 9)
    }

    private let text = "The soup was warm and kind.\n"

    @Test func `A text below the threshold keeps its row`() async throws {
        let plain = try await program.run("classify --threshold 1 --model", model, input: text + text)
        #expect(plain.lines.count == 2)
        #expect(plain.output.range(of: #"^(-\t\t0\.\d{4}\n){2}$"#, options: .regularExpression) != nil)
        let table = try await program.run("classify --threshold 1 --format csv --model", model, input: text)
        #expect(table.lines[1].range(of: #"^-,0,,0\.\d{6},0\.\d{6},0\.\d{6}$"#, options: .regularExpression) != nil)
        let line = try objects(try await program.run("classify --threshold 1 --format jsonl --model", model, input: text))[0]
        #expect(line["label"] is NSNull && line["blank"] == nil)
        #expect((line["probabilities"] as? [String: Double])?.count == 2 && line["probability"] is Double)
    }

    @Test func `A text below the threshold may have a label that says so`() async throws {
        let plain = try await program.run("classify --threshold 1 --model", model, "--unsure-label", "ask someone", input: text)
        #expect(plain.output.hasPrefix("-\task someone\t0."))
        let line = try objects(
            try await program.run("classify --threshold 1 --unsure-label ? --format jsonl --model", model, input: text))[0]
        #expect(line["label"] as? String == "?")
        let sure = try await program.run("classify --threshold 0.5 --unsure-label ? --model", model, input: text)
        #expect(!sure.output.contains("?") && sure.lines.count == 1)
        #expect(try await program.run("classify --unsure-label ? --model", model, input: text).status == 64)
    }

    @Test func `A blank text gets no label and is marked`() async throws {
        try program.write("text,other\nsoup,1\n\" \t \",2\n,3\n", to: "a.csv")
        let plain = try await program.run("classify a.csv --threshold 1 --unsure-label ? --model", model)
        #expect(plain.output.hasSuffix("\na.csv\t\t\na.csv\t\t\n") && plain.output.hasPrefix("a.csv\t?\t0."))
        #expect(plain.messages == "2 texts without a word, and so without a label\n")
        let table = try await program.run("classify a.csv --format csv --model", model)
        #expect(Array(table.lines[2...]) == ["a.csv,1,,,,", "a.csv,2,,,,"])
        let lines = try await program.run("classify a.csv --format jsonl --model", model)
        #expect(
            lines.lines[2]
                == #"{"source": "a.csv", "row": 2, "label": null, "probability": null, "probabilities": {}, "blank": true, "truncated": 0}"#
        )
        #expect(try objects(lines)[0]["blank"] == nil)
    }
}
