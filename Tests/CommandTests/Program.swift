import Foundation
import Testing

/// One run of the built program, as its caller sees it.
struct Run: Sendable {
    /// The exit status; negative for the signal that ended the program.
    let status: Int32
    let output: String
    let messages: String

    var lines: [Substring] { output.split(separator: "\n") }

    /// The error, which must be one line.
    var error: String { messages.split(separator: "\n").last.map(String.init) ?? "" }
}

/// The JSON objects that a command wrote, one per line.
func objects(_ run: Run) throws -> [[String: Any]] {
    try run.lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
}

/// The program beside the tests, in its own folder, which is removed with this value.
final class Program: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tenor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The name of an encoder's file in a tuned folder: with a mean-pooled head the encoder is in a subfolder.
    func encoder(_ folder: String, _ file: String) -> String {
        exists("\(folder)/0_Transformer") ? "\(folder)/0_Transformer/\(file)" : "\(folder)/\(file)"
    }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }

    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }

    func read(_ name: String) throws -> String { try String(contentsOf: folder.appending(path: name), encoding: .utf8) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func copy(_ source: String, to name: String) throws { try FileManager.default.copyItem(atPath: source, toPath: path(name)) }

    /// Everything in the folder, including hidden files, except what ``run(_:_:input:output:)`` puts there.
    var names: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)).filter { !$0.hasPrefix("run-") } }
    }

    /// Runs `tenor` with the words of `line` as arguments and `input` as standard input.
    func run(_ line: String, _ more: String..., input: String = "", output: String? = nil) async throws -> Run {
        let running = try start(line, more, input: input, output: output)
        return try await running.end()
    }

    func start(_ line: String, _ more: [String] = [], input: String = "", output: String? = nil) throws -> Running {
        let name = "run-\(UUID().uuidString).in"
        try write(input, to: name)
        return try start(line, more, from: FileHandle(forReadingAtPath: path(name))!, output: output)
    }

    func start(_ line: String, _ more: [String], from input: FileHandle, output: String? = nil) throws -> Running {
        let name = path("run-\(UUID().uuidString)")
        return try Running(
            line.split(separator: " ").map(String.init) + more, in: folder, input: input, output: output ?? name + ".out",
            messages: name + ".err")
    }

    /// In the folder of the tests' own binary, where the package manager puts both.
    static var binary: URL {
        let tests = Bundle.main.bundleURL
        return tests.appending(path: "tenor")
    }
}

/// A run that has been started.
final class Running: Sendable {
    private let outputPath: String
    private let messagesPath: String
    private let process = Process()
    private let ended: Task<Void, Never>

    init(_ arguments: [String], in folder: URL, input: FileHandle, output: String, messages: String) throws {
        (outputPath, messagesPath) = (output, messages)
        for path in [output, messages] where !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        process.executableURL = Program.binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = FileHandle(forWritingAtPath: output)!
        process.standardError = FileHandle(forWritingAtPath: messages)!
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in continuation.finish() }
        ended = Task { for await _ in stream {} }
        try Self.asFromAShell { try process.run() }
    }

    /// A program inherits the signals that its parent's thread blocks. A shell blocks none, but a thread of the tests may.
    private static func asFromAShell(_ start: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try start()
    }

    /// Sends the signal as soon as `isWanted` accepts what the program has written to standard error. A separate thread checks this,
    /// because tests that compute may keep the others busy for longer than the program runs.
    func signal(_ number: Int32, once isWanted: @escaping @Sendable (_ said: String) -> Bool) {
        Thread.detachNewThread { [self] in
            while process.isRunning, !isWanted(text(messagesPath)) { Thread.sleep(forTimeInterval: 0.002) }
            signal(number)
        }
    }

    /// Waits until `isWanted` accepts the program's output, or the program has ended.
    func answers(_ isWanted: (String) -> Bool) async throws {
        while process.isRunning, !isWanted(text(outputPath)) { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// Waits until `isWanted` accepts what the program wrote to standard error, or the program has ended. Returns that.
    func says(_ isWanted: (String) -> Bool) async throws -> String {
        while process.isRunning, !isWanted(text(messagesPath)) { try await Task.sleep(for: .milliseconds(2)) }
        return text(messagesPath)
    }

    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    func end() async throws -> Run {
        await ended.value
        let status = process.terminationStatus
        let output = outputPath.hasPrefix("/dev/") ? "" : text(outputPath)
        return Run(status: process.terminationReason == .exit ? status : -status, output: output, messages: text(messagesPath))
    }

    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

/// Files that ship with the tests.
enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/command")
    static let base = folder.appending(path: "base").path
    static let opinions = folder.appending(path: "opinions.csv").path

    /// A folder tuned on the opinions, made once for all tests. It stays until they end.
    static func classifier() async throws -> String { try await tuned.value.path("my model") }

    private static let tuned = Task {
        let program = try Program()
        let run = try await program.run(
            "tune --unfreeze none --head-fit stepped --epochs 3 --quiet --model", base, "--output", "my model", opinions)
        try #require(run.status == 0, "\(run.messages)")
        return program
    }
}
