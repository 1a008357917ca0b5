import Foundation
import Testing

/// Whatever a command writes to, nobody loses data, and an unusable place is found before the work.
@Suite struct PlacesTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(_ output: String, _ more: String...) async throws -> Run {
        try await program.run(
            "tune --quiet --unfreeze none --head-fit stepped --epochs 1 --model \(Fixture.base) \(Fixture.opinions) --output \(output) "
                + more.joined(separator: " "))
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: program.path(name), withDestinationPath: target)
    }

    private func folder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: program.path(name), withIntermediateDirectories: true)
    }

    @Test(arguments: ["", "--force", "--resume"])
    func `What has the checkpoint's name and is none is refused before the work, and stays`(option: String) async throws {
        try folder("a.checkpoint")
        try program.write("mine", to: "a.checkpoint/file")
        try program.write("mine", to: "b.checkpoint")
        try folder("precious")
        try program.write(#"{"fingerprint": "f"}"#, to: "precious/state.json")
        try link("c.checkpoint", to: "precious")
        try link("d.checkpoint", to: "nowhere")
        try folder("e.checkpoint")
        let before = try program.names
        for name in ["a", "b", "c", "d", "e", "a/"] {
            let run = try await tune(name, option)
            #expect(run.status == 73)
            #expect(run.error.hasPrefix("tenor: \(name.prefix(1)).checkpoint: is not a checkpoint of Tenor's"))
        }
        #expect(try program.names == before)
        #expect(try program.read("a.checkpoint/file") == "mine" && program.read("b.checkpoint") == "mine")
        #expect(program.exists("precious/state.json"))
    }

    @Test func `Only a folder that Tenor wrote is replaced, and none that an input lies in`() async throws {
        try folder("work")
        try program.write("mine", to: "work/file")
        let foreign = try await tune("work", "--force")
        #expect(foreign.status == 73)
        #expect(foreign.error.hasPrefix("tenor: work: is not replaced: it has no tenor.json of Tenor's"))
        #expect(try await tune("m").status == 0)
        #expect(try await tune("m", "--force").status == 0)
        try program.copy(Fixture.opinions, to: "m/rows.csv")
        try program.copy(Fixture.opinions, to: "rows.csv")
        for line in [
            "tune --unfreeze none --head-fit stepped --epochs 1 --model \(Fixture.base) m/rows.csv",
            "tune --unfreeze none --head-fit stepped --epochs 1 --model \(Fixture.base) rows.csv --dev m/rows.csv",
            "tune --unfreeze none --head-fit stepped --epochs 1 --model m rows.csv", "quantize rows.csv --model m",
            "quantize m/rows.csv --model n",
        ] {
            if line.hasSuffix("n") { try program.copy(program.path("m"), to: "n") }
            let run = try await program.run("\(line) --quiet --force --output m")
            #expect(run.status == 73 || run.status == 69 && line.hasPrefix("quantize"))
            #expect(run.status == 69 || run.error.contains("tenor: m: is not replaced: the input "))
        }
        #expect(program.exists("m/rows.csv") && program.exists(program.encoder("m", "model.safetensors")))
    }

    @Test func `An output that is an input is refused, by whatever name and with --force`() async throws {
        try program.write("text,label\n" + (0..<40).map { "good \($0),a\nbad \($0),b\n" }.joined(), to: "rows.csv")
        try link("other.csv", to: program.path("rows.csv"))
        let before = try program.bytes("rows.csv")
        let model = try await Fixture.classifier()
        for line in [
            "classify rows.csv --keep-columns --output rows.csv", "classify other.csv --output rows.csv",
            "evaluate rows.csv --json other.csv",
            "evaluate rows.csv --errors rows.csv", "curve rows.csv --sizes 8 --output rows.csv",
        ] {
            let run = try await program.run("\(line) --force --model", model)
            #expect(run.status == 73 || run.status == 64, "\(line): \(run.error)")
            #expect(try program.bytes("rows.csv") == before)
        }
        let run = try await program.run("evaluate rows.csv --json other.csv --force --model", model)
        #expect(run.status == 73 && run.error == "tenor: other.csv: is not replaced: it is an input; name another place", "\(run.error)")
    }

    @Test func `A name that is empty or too long is found out before the work`() async throws {
        for line in [
            "tune --unfreeze none --head-fit stepped --epochs 1 --model \(Fixture.base) \(Fixture.opinions)",
            "evaluate \(Fixture.opinions) --model m --json",
        ] {
            let run = try await program.run(line, line.hasSuffix("--json") ? "" : "--output=")
            #expect(run.status == (line.hasSuffix("--json") ? 66 : 64))
        }
        let name = String(repeating: "n", count: 245)
        let long = try await tune(name)
        #expect(long.status == 73)
        #expect(long.error.hasSuffix("cannot be written: File name too long"))
        let deep = try await tune(Array(repeating: "deep", count: 1000).joined(separator: "/"))
        #expect(deep.status == 73)
        #expect(try program.names == [])
        #expect(try await tune(String(name.dropLast())).status == 0)
    }

    @Test func `Killed runs' leftovers are gone after the next run`() async throws {
        try folder(".tenor-999999-abc")
        try program.write("half", to: ".tenor-999999-abc/model.safetensors")
        try program.write("half", to: ".tenor-999999-abd")
        #expect(try await tune("m").status == 0)
        #expect(try program.names == ["m"])
        try program.write("half", to: ".tenor-999999-abd")
        #expect(try await program.run("evaluate --quiet --json out.json --model m", Fixture.opinions).status == 0)
        #expect(try program.names == ["m", "out.json"])
    }

    @Test func `Help that cannot be written is an error`() async throws {
        for line in ["--help", "--version", "tune --help", "--generate-completion-script bash", "help classify"] {
            let run = try await program.run(line, output: "/dev/full")
            #expect(run.status == 74)
            #expect(run.error == "tenor: standard output: not written: No space left on device")
        }
    }

    @Test func `More threads than any machine has are wrong usage`() async throws {
        for threads in ["0", "1025", "1000000000", "576460752303423488"] {
            let run = try await program.run("classify --model m --threads \(threads)", input: "a\n")
            #expect(run.status == 64)
            #expect(run.error.contains("--threads is \(threads), it must be from 1 to 1024"))
        }
    }

    @Test func `Labels with the same name are refused where answers are compared with labels`() async throws {
        let tuned = try await Fixture.classifier()
        try program.copy(tuned, to: "m")
        try program.write(
            program.read(program.encoder("m", "config.json")).replacing(#""1": "good""#, with: #""1": "bad""#),
            to: program.encoder("m", "config.json"))
        for command in ["evaluate", "quantize --output q"] {
            let run = try await program.run("\(command) --quiet --model m", Fixture.opinions)
            #expect(run.status == 65 || run.status == 69)
            let said = "'id2label' has 'bad' for 0 and for 1, each label needs a name of its own"
            #expect(run.status == 69 || run.error == "tenor: \(program.encoder("m", "config.json")): \(said)")
        }
        #expect(try await program.run("classify --model m", input: "a\n").status == 0)
        #expect(
            try await program.run(
                "tune --quiet --unfreeze none --head-fit stepped --epochs 1 --output n --reset-head --model m", Fixture.opinions
            ).status == 0)
    }

    @Test func `A message is short, whatever it quotes`() async throws {
        let column = String(repeating: "c", count: 80_000)
        try program.write("text,\(column)\na,b\n", to: "a.csv")
        let run = try await program.run("tune --unfreeze none --head-fit stepped --epochs 1 --output m --model", Fixture.base, "a.csv")
        #expect(run.status == 65)
        #expect(run.error.count < 520 && run.error.contains("ccc…ccc"))
    }
}
