import Foundation
import TenorDamage
import Testing

@Suite struct HelpTests {
    private let program: Program

    init() throws { program = try Program() }

    private static let commands =
        [
            "tune", "check", "choose", "evaluate", "classify", "explain", "audit", "curve", "suggest", "distill", "split", "quantize",
            "tokenize",
            "inspect",
            "transplant", "vocabulary",
        ] + serving

    private static var serving: [String] {
        #if TENOR_SERVER
            ["serve"]
        #else
            []
        #endif
    }

    #if !TENOR_SERVER
        @Test(arguments: ["serve", "serve --model m --port 9000", "serve --help"])
        func `A program without a server says how to get one`(line: String) async throws {
            let run = try await program.run(line)
            #expect(run.status == 69)
            #expect(run.error.contains("TENOR_SERVER=1"))
        }
    #endif

    @Test(arguments: commands)
    func `Each command has help with an example`(command: String) async throws {
        let run = try await program.run("\(command) --help")
        #expect(run.status == 0)
        #expect(run.output.contains("\n  tenor \(command) "))
        #expect(run.messages == "")
    }

    @Test func `Help names all commands and what each exit status means`() async throws {
        let help = try await program.run("--help").output
        for command in Self.commands { #expect(help.contains("\n  \(command) ")) }
        for status in ["64", "65", "66", "69", "73", "74", "130", "143"] { #expect(help.contains(status)) }
    }

    @Test func `Nothing in help is wider than a terminal`() async throws {
        for command in [""] + Self.commands {
            for line in try await program.run("\(command) --help").lines { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test(arguments: ["zsh", "bash", "fish"])
    func `Completions for shells can be had`(shell: String) async throws {
        let run = try await program.run("--generate-completion-script \(shell)")
        #expect(run.status == 0)
        #expect(run.output.contains("head-learning-rate"))
    }

    @Test(arguments: [
        ("bogus", "", "Unexpected argument 'bogus'"),
        ("tune", "", "Missing expected argument '<corpus>'"),
        ("classify", "--model x --top 0", "--top is 0, it must be at least 1"),
        ("classify", "--model x --threshold 2", "--threshold is 2.0, it must lie between 0 and 1"),
        ("classify", "--model x --logits", "--logits goes with --format jsonl"),
        ("classify", "--model x --threads 0", "--threads is 0, it must be from 1 to 1024"),
        ("tokenize", "--model x --max-length 2", "--max-length is 2, it must be at least 3"),
        ("tune", "c --model x --output y --dev d --dev-fraction 0.2", "--dev and --dev-fraction exclude each other"),
        ("tune", "c --model x --output y --dev-fraction 0 --patience 2", "--metric and --patience need dev rows, and --dev-fraction is 0"),
        ("tune", "c --model x --output y --old o --reset-head", "--old and --reset-head exclude each other"),
        ("tune", "c --model x --output y --keep-head --reset-head", "--keep-head and --reset-head exclude each other"),
        ("tune", "c --model x --output y --epochs nine", "The value 'nine' is invalid for '--epochs <n>'"),
    ])
    func `Wrong usage is one line that says what is wrong and where help is`(command: String, more: String, said: String) async throws {
        let run = try await program.run("\(command) \(more)")
        #expect(run.status == 64)
        #expect(run.messages == "tenor: \(said); see 'tenor \(command == "bogus" ? "" : command + " ")--help'\n")
        #expect(run.output == "")
    }

    /// Libraries that start threads when they are loaded need ten times as much.
    @Test(.disabled(if: isSanitized)) func `The program starts with 200 MB of address space`() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "ulimit -v 200000; exec timeout 10 \"$0\" --version", Program.binary.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try output.fileHandleForReading.readToEnd()?.count ?? 0 > 1)
    }
}
