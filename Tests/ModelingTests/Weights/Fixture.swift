import Foundation

/// The files written by Tests/Fixtures/weights.py.
enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/weights").standardized.path

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

    /// The numbers that the script puts in tensor number `n`.
    static func pattern(_ n: Int, count: Int) -> [Float] { (0..<count).map { Float((7 * $0 + 3 * n) % 31 - 15) / 8 } }
}
