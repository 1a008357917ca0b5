import Foundation
import Testing

/// `tenor serve` as a program of its own, on a free port.
final class Service: Sendable {
    let running: Running
    let port: UInt16

    /// - Parameter arguments: what follows `tenor serve --port 0`.
    init(_ program: Program, _ arguments: [String]) async throws {
        running = try program.start("serve --port 0", arguments)
        let said = try await running.says { $0.contains(" on http://") }
        port = try #require(said.firstMatch(of: /on http:\/\/127\.0\.0\.1:([0-9]+)\n/).flatMap { UInt16($0.1) }, "\(said)")
    }

    /// A test ends its server, whether or not it fails.
    deinit { running.signal(SIGKILL) }

    /// Sends one request on a connection of its own.
    func ask(_ method: String, _ path: String, _ body: String? = nil, _ fields: [String] = []) throws -> Reply {
        let connection = try Wire(port)
        try connection.send(Wire.request(method, path, body, fields))
        return try #require(try connection.reply())
    }

    func predict(_ body: String, _ fields: [String] = []) throws -> Reply { try ask("POST", "/predict", body, fields) }

    /// Waits until the server's figures have this line.
    func figures(have line: String) async throws {
        while try !ask("GET", "/metrics").text.contains(line + "\n") { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Ends the server as its user would.
    func stop() async throws -> Run {
        running.signal(SIGTERM)
        return try await running.end()
    }
}

/// An answer over HTTP.
struct Reply {
    let status: Int
    /// Names in lower case.
    let fields: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: Any? { try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) }

    var object: [String: Any] { json as? [String: Any] ?? [:] }

    /// Labels with scores, of one text.
    var labels: [[String: Any]] { json as? [[String: Any]] ?? [] }

    /// The labels' scores by label.
    var scores: [String: Double] { Reply.scores(labels) }

    static func scores(_ labels: [[String: Any]]) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: labels.compactMap { label in
                (label["label"] as? String).flatMap { name in (label["score"] as? Double).map { (name, $0) } }
            })
    }
}
