import Foundation
import Testing

/// The article's code must match an example that is built with the tests.
@Suite struct DocumentationTests {
    @Test func `The article's code is the example's`() throws {
        let package = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let article = try String(
            contentsOf: package.appending(path: "Sources/Library/Tenor.docc/FromRowsToAClassifier.md"), encoding: .utf8)
        let example = try String(contentsOf: package.appending(path: "Examples/FromRows/main.swift"), encoding: .utf8)
        let blocks = article.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.joined(separator: "\n") == example)
    }
}
