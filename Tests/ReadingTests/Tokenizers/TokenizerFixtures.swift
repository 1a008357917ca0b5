import Foundation

/// The ids that the reference gives for every text of one tokenizer kind; written by Tests/Fixtures/tokenizers.py.
struct Expected: Decodable {
    let size: Int
    let unknown: Int32
    let ids: [[Int32]]
    let cut: [String: [[Int32]]]
    let cutFrom: Int
    /// Texts for this kind only, after the common ones.
    let more: [String]?
    var texts: [String] { Fixtures.texts + (more ?? []) }
}

enum Fixtures {
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let folder = package.appendingPathComponent("Tests/Fixtures/tokenizers")

    static func decode<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static let texts: [String] = (try? decode("texts.json")) ?? []

    /// The kinds that the script built a vocabulary for: the folders next to the expected results.
    static let kinds: [String] =
        ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])) ?? [])
        .filter(\.hasDirectoryPath).map(\.lastPathComponent).sorted()

    static func bytes(_ kind: String, _ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(kind).appendingPathComponent(name)))
    }
}

/// A folder that is deleted when the test ends.
final class Scratch {
    let url: URL
    var path: String { url.path }

    init(_ files: [String: [UInt8]] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tenor-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, bytes) in files { try write(name, bytes) }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: url.appendingPathComponent(name)) }
    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    deinit { try? FileManager.default.removeItem(at: url) }
}
