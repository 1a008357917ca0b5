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

    @Test func `A loss below nothing is wrong usage`() async throws {
        let run = try await program.run("quantize --max-loss -1 --output small --model", model, Fixture.opinions)
        #expect(run.status == 64)
        #expect(try program.names.isEmpty)
    }
}
