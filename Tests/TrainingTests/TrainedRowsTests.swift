import Foundation
import TenorClassifying
import TenorModeling
import Testing

@Suite struct TrainedRowsTests {
    private let rows = TrainedRows(["A text", "caf\u{E9}", "A text", "  a   TEXT\n"])

    @Test func `A text counts whatever its case, white space and composition`() {
        #expect(rows.bytes.count == 16)
        #expect(rows.count(of: ["a text", "A\tText ", "CAFE\u{301}", "another text", "atext"]) == 3)
        #expect(TrainedRows([]).count(of: ["a text"]) == 0)
    }

    @Test func `Blank texts are not counted`() { #expect(TrainedRows(["", "a"]).count(of: ["", " ", "\n", "a"]) == 1) }

    @Test func `Rows of both are in the union, each once`() {
        let union = rows.union(TrainedRows(["caf\u{E9}", "more"]))
        #expect(union.bytes.count == 24 && union.count(of: ["more", "a text", "caf\u{E9}"]) == 3)
        #expect(rows.union(nil) == rows)
    }

    @Test func `What was written is read, and a folder without it has none`() throws {
        let model = try SmallModel()
        #expect(try TrainedRows(folder: model.folder) == nil)
        let file = URL(filePath: "\(model.folder)/\(TrainedRows.fileName)")
        try Data(rows.bytes).write(to: file)
        #expect(try TrainedRows(folder: model.folder) == rows)
        try Data(rows.bytes.dropLast()).write(to: file)
        #expect(throws: ConfigurationError.self) { try TrainedRows(folder: model.folder) }
    }
}
