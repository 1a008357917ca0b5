import Foundation

/// A folder for one test, deleted afterwards.
package final class TemporaryFolder {
    package let path = FileManager.default.temporaryDirectory.appending(path: "tenor-test-\(UUID())").path

    package init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    package var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
