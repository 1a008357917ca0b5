import Foundation
import Testing

/// These need a processor with int8 instructions. On others they only check that there is one clear refusal.
@Suite struct QuantizeTests {
    private let program: Program
    private let model: String
    private let isAble: Bool

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
        isAble = try await program.run("classify --precision int8 --model", model, input: "a\n").status == 0
    }

    @Test func `What is saved answers as the original does in int8, and says what that costs`() async throws {
        let run = try await program.run("quantize --max-loss 100 --output small --model", model, Fixture.opinions)
        guard isAble else { return #expect(run.status == 69) }
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.contains("of 80 rows changed") && run.lines.last == "small: saved")
        let text = "The soup was cold.\nA quiet room and a kind host.\nNever again.\n"
        let small = try await program.run("classify --format jsonl --logits --model small", input: text)
        let original = try await program.run("classify --format jsonl --logits --precision int8 --model", model, input: text)
        #expect(small.status == 0 && small.output == original.output)
        #expect(try program.read("small/README.md").contains("## Quantized"))
        #expect(try program.read("small/tenor.json").contains("\"accuracy_int8\""))
        let sizes = try ["\(model)/0_Transformer/model.safetensors", program.path("small/0_Transformer/model.int8.safetensors")].map {
            try #require(try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
        }
        #expect(sizes[1] < sizes[0])
        #expect(!program.exists("small/0_Transformer/model.safetensors"))
        for command in ["tune --output no --model small", "quantize --output no --model small"] {
            let refused = try await program.run(command, Fixture.opinions)
            #expect(refused.status == 65 && refused.error.contains("its weights are int8"), "\(refused.messages)")
        }
        #expect(try await program.run("quantize --output small --model", model, Fixture.opinions).status == 73)
    }

    @Test(arguments: [("--label-column good --label-column early", "micro-f1", "micro_f1_int8"), ("--label-column stars", "r2", "r2_int8")])
    func `Models for several labels and for numbers are measured by a figure of theirs`(
        columns: String, figure: String, record: String
    ) async throws {
        var table = "text,good,early,stars\n"
        for row in 0..<60 {
            let (good, early) = (row % 2, row / 2 % 2)
            let text = "It was \(good == 1 ? "good" : "bad") and \(early == 1 ? "early" : "late") \(row)"
            table += "\(text),\(good),\(early),\(Double(good) * 3 + Double(early) / 2)\n"
        }
        try program.write(table, to: "rows.csv")
        let tuned = try await program.run("tune rows.csv \(columns) --unfreeze none --output m --model", Fixture.base)
        #expect(tuned.status == 0, "\(tuned.messages)")
        let run = try await program.run("quantize rows.csv --max-loss 100 --model m --output small")
        guard isAble else { return #expect(run.status == 69) }
        #expect(run.status == 0 && run.lines[0].contains(figure) && run.lines.last == "small: saved", "\(run.messages)")
        #expect(run.output.contains("changed") == (figure == "micro-f1"))
        #expect(try program.read("small/tenor.json").contains("\"\(record)\""))
        let answers = try await program.run("classify rows.csv --model small --format jsonl")
        #expect(try await program.run("classify rows.csv --model m --precision int8 --format jsonl").output == answers.output)
        let raw = try await program.run("classify rows.csv --model small --raw --format jsonl")
        #expect(raw.status == 0 && (raw.output == answers.output) == (figure == "r2"))
        let refused = try await program.run("quantize rows.csv --max-loss 0 --force --model m --output small")
        #expect(refused.status == 0 || refused.error.contains("points of \(figure) on rows.csv, at most 0.00 are allowed"))
    }

    @Test func `A loss below nothing is wrong usage`() async throws {
        let run = try await program.run("quantize --max-loss -1 --output small --model", model, Fixture.opinions)
        #expect(run.status == 64)
        #expect(try program.names.isEmpty)
    }
}
