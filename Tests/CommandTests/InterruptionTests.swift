import Foundation
import Testing

@Suite struct InterruptionTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Long enough to be interrupted, short enough to be repeated.
    private func start(_ output: String, epochs: Int = 600, _ more: String...) throws -> Running {
        let command = "tune --unfreeze top:1 --pooling cls --epochs \(epochs) --batch-size 1 --model"
        return try program.start(command, [Fixture.base, Fixture.opinions, "--output", output] + more)
    }

    @Test func `An interrupted run can be resumed, and ends with the same bits as one that was not`() async throws {
        #expect(try await start("whole").end().status == 0)
        let interrupted = try start("parts")
        interrupted.signal(SIGINT) { _ in
            guard self.program.exists("parts.checkpoint") else { return false }
            // The checkpoint appears a moment before the program knows that it is complete.
            Thread.sleep(forTimeInterval: 0.3)
            return true
        }
        let run = try await interrupted.end()
        #expect(run.status == 130)
        #expect(run.error.contains("tenor: interrupted; the same command with --resume continues after epoch "))
        #expect(try program.names == ["whole", "parts.checkpoint"])

        let forgotten = try await start("parts").end()
        #expect(forgotten.status == 73)
        #expect(
            forgotten.error == "tenor: parts.checkpoint: holds an interrupted run; --resume continues it, --force starts from the beginning"
        )
        let other = try await start("parts", "--resume", "--seed", "9").end()
        #expect(other.status == 65)
        #expect(other.error.contains("that of the same base, corpus and options"))

        let resumed = try await start("parts", "--resume").end()
        #expect(resumed.status == 0)
        #expect(resumed.messages.contains("\ncontinuing after epoch "))
        #expect(try program.names == ["whole", "parts"])
        for file in ["model.safetensors", "training.jsonl", "config.json", "tenor.json", "metrics.json"] {
            #expect(try program.bytes("parts/\(file)") == program.bytes("whole/\(file)"), "\(file)")
        }
    }

    @Test func `A request to end is heeded at once`() async throws {
        let terminated = try start("out", epochs: 100_000)
        terminated.signal(SIGTERM) { $0.contains("epoch 1 ") }
        let run = try await terminated.end()
        #expect(run.status == 143)
        #expect(run.error.hasPrefix("tenor: terminated"))
        #expect(try program.names.subtracting(["out.checkpoint"]) == [])
    }

    @Test func `Any command ends at once, while it waits for input too`() async throws {
        let pipe = Pipe()
        let waiting = try program.start("tokenize --model", [Fixture.base], from: pipe.fileHandleForReading)
        try pipe.fileHandleForWriting.write(contentsOf: Data("one\n".utf8))
        try await waiting.answers { $0.hasSuffix("\n") }
        waiting.signal(SIGTERM)
        let run = try await waiting.end()
        #expect(run.status == 143)
        #expect(run.messages == "tenor: terminated\n")
        try pipe.fileHandleForWriting.close()
    }

    @Test func `A run without a checkpoint starts from the beginning and says so`() async throws {
        let run = try await start("out", epochs: 2, "--resume").end()
        #expect(run.status == 0)
        #expect(run.messages.contains("\nout: there is no interrupted run to continue; training starts from the beginning\n"))
        #expect(run.messages.contains("\nepoch 1 "))
        #expect(try await start("plain", epochs: 2).end().status == 0)
        #expect(try program.bytes("out/model.safetensors") == program.bytes("plain/model.safetensors"))
        let again = try await start("out", epochs: 2, "--resume").end()
        #expect(again.status == 73, "what is there is not replaced")
    }

    /// Leaves the checkpoint of a killed run at `name`.checkpoint.
    private func kill(_ name: String, _ more: String...) async throws {
        let killed = try program.start(
            "tune --unfreeze top:1 --pooling cls --epochs 600 --batch-size 1 --model",
            [Fixture.base, Fixture.opinions, "--output", name] + more)
        killed.signal(SIGKILL) { _ in self.program.exists("\(name).checkpoint") }
        #expect(try await killed.end().status == -SIGKILL)
        #expect(program.exists("\(name).checkpoint"))
    }

    @Test func `A run that was killed after saving is complete, and says so`() async throws {
        try await kill("m")
        try program.copy(program.path("m.checkpoint"), to: "kept")
        #expect(try await start("m", "--resume").end().status == 0)
        let weights = try program.bytes("m/model.safetensors")
        try program.copy(program.path("kept"), to: "m.checkpoint")
        let other = try await start("m", "--resume", "--seed", "2").end()
        #expect(other.status == 65 && other.error.contains("that of the same base, corpus and options"))
        let again = try await start("m", "--resume").end()
        #expect(again.status == 0)
        #expect(again.output == "m: the run is complete and was saved; its checkpoint is removed\n")
        #expect(try program.names == ["m", "kept"])
        #expect(try program.bytes("m/model.safetensors") == weights)
    }

    @Test(arguments: [
        (#""format_version": 2"#, #""format_version": 3"#, "'format_version' is 3, it must be from 2 to 2"),
        (#""epoch": "#, #""epoch": -"#, "'epoch' is -"), (#""epoch": "#, #""epoch": 9999"#, "it must be from 1 to 600"),
        (#""step": "#, #""step": -"#, "'step' is -"), (#""best_epoch": "#, #""best_epoch": -"#, "'best_epoch' is -"),
        (#""epochs_without_gain": "#, #""epochs_without_gain": -1"#, "'epochs_without_gain' is -"),
    ])
    func `A checkpoint whose numbers no run comes to is refused`(old: String, new: String, said: String) async throws {
        try await kill("m")
        try program.write(program.read("m.checkpoint/state.json").replacing(old, with: new), to: "m.checkpoint/state.json")
        let run = try await start("m", "--resume").end()
        #expect(run.status == 65)
        #expect(run.error.contains("m.checkpoint/state.json: \(said)") || run.error.contains(said))
        #expect(try program.names == ["m.checkpoint"])
    }
}
