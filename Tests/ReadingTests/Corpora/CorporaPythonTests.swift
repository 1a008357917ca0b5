import Foundation
import TenorReading
import Testing

/// Tables that Python's csv module wrote, with the rows that it was given; made by Tests/Fixtures/tables.py.
@Suite struct CorporaPythonTests {
    private struct Table: Decodable {
        let format: String
        let header: Bool
        let content: String
        let rows: [[String]]
    }

    /// Rows by columns; nil where the file is refused because its quotes can be read in two ways.
    private func read(_ path: String, _ table: Table, chunk: Int, encoding: TextEncoding = .utf8) throws -> [[String]]? {
        var rows = Array(repeating: [String](), count: table.rows.count)
        for column in 1...table.rows[0].count {
            let format = InputFormat(textColumns: ["\(column)"], hasHeader: table.header, encoding: encoding)
            do throws(CorpusError) {
                var reader = try DocumentReader(path, format, chunk: chunk)
                var index = 0
                while let document = try reader.next() {
                    if index == rows.count { rows.append([]) }
                    rows[index].append(document.text)
                    index += 1
                }
            } catch .badRecord(_, let place, .ambiguousQuote) {
                #expect(table.format == "tsv" && place.column != nil)
                return nil
            }
        }
        return rows
    }

    @Test func `Rows are those that Python wrote, or a TSV is refused where its lines could be rows too`() throws {
        let file = Fixtures.package.appendingPathComponent("Tests/Fixtures/tables/tables.json")
        let tables = try JSONDecoder().decode([Table].self, from: Data(contentsOf: file))
        var refused = 0
        for (index, table) in tables.enumerated() {
            for (chunk, encoding) in [(1, TextEncoding.utf8), (7, .utf8), (1 << 18, .utf8), (16, .utf16)] {
                let units = table.content.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                let bytes = encoding == .utf16 ? units : Array(table.content.utf8)
                let rows = try withFile("a.\(table.format)", bytes) { try read($0, table, chunk: chunk, encoding: encoding) }
                if rows == nil { refused += 1 }
                let same = rows.map { $0.elementsEqual(table.rows) { $0.elementsEqual($1) { $0.utf8.elementsEqual($1.utf8) } } }
                #expect(same != false, "table \(index), chunk \(chunk), \(encoding)")
            }
        }
        #expect(tables.count == 72 && refused <= 4 * 6)
    }
}
