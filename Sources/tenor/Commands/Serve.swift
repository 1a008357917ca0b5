import ArgumentParser
import Synchronization
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorReading
import TenorServing
import TenorThreads

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer requests over HTTP, and show a page to try a model on.",
        discussion: """
            POST /predict takes {"inputs": "a text"} and answers with labels and their probabilities, best first: the same numbers as \
            'tenor classify'. A batch is a list of lists, {"inputs": [["one"], ["two"]]}. This is the interface of Text Embeddings \
            Inference, with /info, /health and /metrics (for Prometheus). The Open Inference Protocol is there too, below /v2. \
            /openapi.json describes everything, and / is a page to try the model on.

            /predict asks the first model, or the one that "model" names in the request; the Open Inference Protocol has names in its paths.

            Without --host, only programs on this machine can connect. With a key, requests need the header 'Authorization: Bearer KEY', \
            except for the page, /openapi.json, /health, /metrics and /v2/health. The key comes from --api-key-file or from the environment \
            variable TENOR_API_KEY. For other machines, put a server with TLS in front.

            SIGHUP loads the folders again, without losing a request; a folder that cannot be loaded is reported, and its old model stays. \
            SIGTERM and Ctrl-C answer the requests that were accepted and end the program; a second one ends it at once.

            Examples:
              tenor serve --model my-model
              tenor serve --model mood=my-model --model topic=other --port 9000
              curl -H 'Content-Type: application/json' \\
                -d '{"inputs": "What a lovely evening."}' localhost:8080/predict
            """)

    enum Log: String, CaseIterable, ExpressibleByArgument { case none, requests, texts }

    @Option(
        help: ArgumentHelp(
            "A folder that 'tenor tune' wrote, or any other with a classifier; NAME=DIR gives it a name (default: the folder's own).",
            valueName: "dir"), completion: .directory)
    var model: [String]

    @Option(help: ArgumentHelp("The address to listen on; 0.0.0.0 is every one.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen on; 0 for any that is free.", valueName: "n"))
    var port = 8080

    @Option(help: ArgumentHelp("The file whose first line is the key that requests need.", valueName: "file"), completion: .file())
    var apiKeyFile: String?

    @Option(help: "What is logged: nothing, a line for each request, or that and its texts.")
    var log = Log.none

    @OptionGroup(title: "Limits") var limits: ServingLimits
    @OptionGroup var using: ModelOptions
    @OptionGroup var special: SpecialTokenOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port is \(port), it must be from 0 to 65535") }
        let names = named.map(\.name)
        for name in names where !name.utf8.allSatisfy(Self.isNameByte) || name.isEmpty {
            throw ValidationError("'\(name)' is no name for a model, letters, digits and - . _ make one: --model NAME=DIR")
        }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("two models have the name '\(twice)', names must differ: --model NAME=DIR")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber) || "-._".contains(character)
    }

    /// The models' names and folders. What stands before the first = is a name unless it is a part of a path.
    private var named: [(name: String, folder: String)] {
        model.map { value in
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, !parts[0].contains("/") { return (parts[0], parts[1]) }
            return (value.split(separator: "/").last.map(String.init) ?? "", value)
        }
    }

    func run() throws {
        try using.precision?.check()
        for (_, folder) in named { try Places.checkModel(folder) }
        var options = limits.options
        (options.host, options.port, options.apiKey) = (host, port, try key())
        let server = try Server(named, options, threads: compute.threadCount, version: TenorCommand.version, load: load, report: report)
        let port = try server.start()
        if options.apiKey == nil, !["127.0.0.1", "::1", "localhost"].contains(host) {
            compute.message("there is no key, so whoever reaches \(host) gets answers; --api-key-file names one")
        }
        Interrupts.handle { [isStopping = StopFlag()] number in
            if number == SIGHUP {
                server.reload()
                return true
            }
            if !isStopping.isFirst { return false }
            compute.message("answering the requests that were accepted, then ending")
            server.stop()
            return true
        }
        compute.message("serving \(listed(named.map(\.name))) on http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        server.wait()
    }

    /// Whether a signal to end came before.
    private final class StopFlag: Sendable {
        private let came = Atomic(false)

        var isFirst: Bool { !came.exchange(true, ordering: .relaxed) }
    }

    private var load: @Sendable (_ folder: String) throws -> TextClassifier {
        { [using, special, compute] folder in
            let classifier = try using.classifier(folder, special, compute)
            try classifier.requireFiniteWeights(folder)
            return classifier
        }
    }

    private var report: @Sendable (ServerEvent) -> Void {
        { [log, compute] event in
            switch event {
            case .answered(let method, let path, let status, let milliseconds, let texts):
                guard log != .none else { return }
                Messages.line(messageLine("\(method) \(path) \(status) \(milliseconds) ms"))
                if log == .texts { for text in texts { Messages.line(messageLine("  \(text)")) } }
            case .loaded(let model): compute.message("\(model): loaded")
            case .notLoaded(let model, let reason): Messages.line(messageLine("tenor: \(model): the model from before stays: \(reason)"))
            }
        }
    }

    /// The key that requests need, from the file or the environment; nil for none.
    private func key() throws -> String? {
        if let file = apiKeyFile {
            let text = try MappedFile(file).withBytes { String(decoding: $0, as: UTF8.self) }
            let key = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            if key.isEmpty { throw ValidationError("\(file): its first line is empty, a key is needed") }
            return key
        }
        guard let value = getenv("TENOR_API_KEY") else { return nil }
        let key = String(cString: value)
        if key.isEmpty { throw ValidationError("the environment variable TENOR_API_KEY is empty, a key is needed") }
        return key
    }
}
