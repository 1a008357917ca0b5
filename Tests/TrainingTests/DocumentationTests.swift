import Foundation
import TenorTraining
import Testing

/// What the documents say of the code.
@Suite struct DocumentationTests {
    private let package = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

    @Test func `The changelog's newest release is the program's version, and the article names it`() throws {
        let changes = try String(contentsOf: package.appending(path: "CHANGELOG.md"), encoding: .utf8)
        let headings = changes.split(separator: "\n").filter { $0.hasPrefix("## [") }
        #expect(headings[0] == "## [Unreleased]" && headings[1].hasPrefix("## [\(tenorVersion)] - "))
        let article = try String(
            contentsOf: package.appending(path: "Sources/Library/Tenor.docc/FromRowsToAClassifier.md"), encoding: .utf8)
        #expect(article.contains("from: \"\(tenorVersion)\""))
    }

    @Test func `The article's code is the example's`() throws {
        let article = try String(
            contentsOf: package.appending(path: "Sources/Library/Tenor.docc/FromRowsToAClassifier.md"), encoding: .utf8)
        let example = try String(contentsOf: package.appending(path: "Examples/FromRows/main.swift"), encoding: .utf8)
        let blocks = article.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.joined(separator: "\n") == example)
    }
}
