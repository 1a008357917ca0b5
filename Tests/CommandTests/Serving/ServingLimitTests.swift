import Foundation
import Testing

/// What a server does with too much, with what is slow, and when it stops or its models are replaced.
@Suite struct ServingLimitTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    private func serve(_ more: String...) async throws -> Service { try await Service(program, ["--model", "opinions=\(model)"] + more) }

    private static let question = Wire.request("POST", "/predict", #"{"inputs": "The soup was warm."}"#)

    @Test func `Requests that follow each other on a connection, also without waiting, are answered in their order`() async throws {
        let service = try await serve()
        let wire = try Wire(service.port)
        for name in ["a", "b", "c"] {
            try wire.send(
                Wire.request(
                    "POST", "/v2/models/opinions/infer",
                    #"{"id": "\#(name)", "inputs": [{"name": "t", "datatype": "BYTES", "shape": [1], "data": ["soup"]}]}"#))
        }
        for name in ["a", "b", "c"] { #expect(try wire.reply()?.object["id"] as? String == name) }
        try wire.send(Self.question)
        wire.finish()
        #expect(try wire.reply()?.status == 200, "a client may end its side first")
        #expect(try wire.reply() == nil)
    }

    @Test func `A request beyond those that may wait is refused, and those that wait are answered`() async throws {
        // The only thread waits for more texts of the first model, and so those of the second one wait.
        let service = try await serve(
            "--model", "second=\(model)", "--threads", "1", "--max-waiting", "2", "--max-batch", "2", "--batch-wait", "10000")
        let first = try Wire(service.port)
        try first.send(Self.question)
        try await service.figures(have: "te_request_count{method=\"single\"} 1")
        try await service.figures(have: "te_queue_size 0")
        let body = #"{"inputs": "a", "model": "second"}"#
        let waiting = try (0..<2).map { _ in
            let wire = try Wire(service.port)
            try wire.send(Wire.request("POST", "/predict", body))
            return wire
        }
        try await service.figures(have: "te_queue_size 2")
        let refused = try service.predict(body)
        #expect(refused.status == 429 && refused.fields["retry-after"] == "1")
        #expect(refused.object["error_type"] as? String == "Overloaded")
        service.running.signal(SIGTERM)
        for wire in [first] + waiting { #expect(try wire.reply()?.status == 200) }
    }

    @Test func `Headers and bodies that are too large are refused, with an answer`() async throws {
        let service = try await serve("--max-body", "1000")
        let header = try Wire(service.port)
        try header.send("GET /health HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "x", count: 1 << 20) + "\r\n\r\n")
        #expect(try header.reply()?.status == 431)
        let line = try Wire(service.port)
        try line.send("GET /" + String(repeating: "x", count: 1 << 20) + " HTTP/1.1\r\n\r\n")
        #expect(try line.reply()?.status == 431)
        let body = try service.predict(String(repeating: " ", count: 10_000_000))
        #expect(body.status == 413 && body.fields["connection"] == "close")
        let chunked = try Wire(service.port)
        try chunked.send("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<20 { try chunked.send("64\r\n" + String(repeating: " ", count: 100) + "\r\n") }
        #expect(try chunked.reply()?.status == 413)
        let careful = try Wire(service.port)
        let fields = "Host: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        try careful.send("POST /predict HTTP/1.1\r\n\(fields)Content-Length: 15\r\n\r\n")
        #expect(try careful.reply()?.status == 100)
        try careful.send(#"{"inputs": "a"}"#)
        #expect(try careful.reply()?.status == 200)
        try careful.send("POST /predict HTTP/1.1\r\n\(fields)Content-Length: 1001\r\n\r\n")
        #expect(try careful.reply()?.status == 413, "the body is not asked for")
        #expect(try service.predict(#"{"inputs": "a"}"#).status == 200)
    }

    @Test func `What is not HTTP or not UTF-8 is refused`() async throws {
        let service = try await serve()
        for bytes in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET /health\r\n\r\n", "POST /predict HTTP/1.1\r\nContent-Length: x\r\n\r\n"] {
            let wire = try Wire(service.port)
            try wire.send(bytes)
            #expect(try wire.reply()?.status == 400, "\(bytes)")
        }
        let wire = try Wire(service.port)
        try wire.send(
            Data("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"inputs\": \"".utf8))
        try wire.send(Data([0xFF, 0x22, 0x7D]))
        #expect(try wire.reply()?.object["error"] as? String == "the body is not JSON: line 1, column 12: the string is not UTF-8")
    }

    @Test func `A client that is slow or silent loses its connection`() async throws {
        let service = try await serve("--request-timeout", "1", "--idle-timeout", "1")
        let silent = try Wire(service.port)
        let head = try Wire(service.port)
        try head.send("POST /predict HTTP/1.1\r\nHos")
        let body = try Wire(service.port)
        try body.send("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        // One byte now and then does not help.
        for _ in 0..<4 {
            try await Task.sleep(for: .milliseconds(400))
            try head.send("t")
            try body.send(" ")
        }
        #expect(try body.reply()?.status == 408)
        #expect(try head.reply() == nil)
        #expect(try silent.reply() == nil)
        #expect(try service.predict(#"{"inputs": "a"}"#).status == 200)
    }

    @Test func `A connection too many is told to come back`() async throws {
        let service = try await serve("--max-connections", "2")
        let open = [try Wire(service.port), try Wire(service.port)]
        for wire in open {
            try wire.send(Self.question)
            #expect(try wire.reply()?.status == 200)
        }
        let surplus = try service.predict(#"{"inputs": "a"}"#)
        #expect(surplus.status == 503 && surplus.fields["retry-after"] == "1")
        try open[0].send(Self.question)
        #expect(try open[0].reply()?.status == 200)
    }

    @Test func `At its end a server answers what it has accepted, and nothing else`() async throws {
        let service = try await serve("--batch-wait", "10000")
        let wires = try (0..<5).map { _ in
            let wire = try Wire(service.port)
            try wire.send(Self.question)
            return wire
        }
        let idle = try Wire(service.port)
        try await service.figures(have: "te_request_count{method=\"single\"} 5")
        service.running.signal(SIGTERM)
        for wire in wires {
            let reply = try wire.reply()
            #expect(reply?.status == 200 && reply?.fields["connection"] == "close")
            #expect(try wire.reply() == nil)
        }
        #expect(try idle.reply() == nil)
        let run = try await service.running.end()
        #expect(run.status == 0)
        #expect(run.messages.hasSuffix("answering the requests that were accepted, then ending\n"))
        #expect(throws: POSIXError.self) { try Wire(service.port) }
    }

    @Test func `A second signal ends it at once`() async throws {
        let service = try await serve("--batch-wait", "10000")
        let wire = try Wire(service.port)
        try wire.send(Self.question)
        try await service.figures(have: "te_request_count{method=\"single\"} 1")
        // Both signals are there when the server goes on, so that it cannot have ended before the second.
        for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { service.running.signal(signal) }
        #expect([130, 143].contains(try await service.running.end().status))
    }

    @Test func `A replaced folder is loaded on request, and one that cannot be loaded is reported`() async throws {
        try program.copy(model, to: "m")
        let service = try await Service(program, ["--model", "m"])
        let before = try service.predict(#"{"inputs": "warm soup"}"#).scores
        let tuned = try await program.run(
            "tune --unfreeze none --head-fit stepped --epochs 1 --seed 4 --quiet --force --output m --model", Fixture.base, Fixture.opinions
        )
        try #require(tuned.status == 0, "\(tuned.messages)")
        #expect(try service.predict(#"{"inputs": "warm soup"}"#).scores == before)
        service.running.signal(SIGHUP)
        _ = try await service.running.says { $0.contains("\nm: loaded\n") }
        let after = try service.predict(#"{"inputs": "warm soup"}"#).scores
        #expect(after != before)

        try FileManager.default.removeItem(atPath: program.path("m"))
        service.running.signal(SIGHUP)
        let said = try await service.running.says { $0.contains("the model from before stays") }
        #expect(said.contains("\ntenor: m: the model from before stays: m"))
        #expect(try service.predict(#"{"inputs": "warm soup"}"#).scores == after)
        #expect(try await service.stop().status == 0)
    }
}
