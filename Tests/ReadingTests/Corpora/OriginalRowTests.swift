import Foundation
import TenorReading
import Testing

/// Rows as their source has them, and with columns added.
@Suite struct OriginalRowTests {
    private struct Table: Decodable {
        let format: String
        let header: Bool
        let content: String
        let added: String?
    }

    /// Every table that Python's csv module wrote; see Tests/Fixtures/tables.py.
    private var tables: [Table] {
        get throws {
            let file = Fixtures.package.appendingPathComponent("Tests/Fixtures/tables/tables.json")
            return try JSONDecoder().decode([Table].self, from: Data(contentsOf: file))
        }
    }

    /// What is kept of the file, with `values` of a row's number in the added columns.
    private func copy(
        _ name: String, _ bytes: [UInt8], _ format: InputFormat, chunk: Int = 1 << 18, _ values: (Int) -> [Dialect.Value] = { _ in [] }
    ) throws -> [UInt8] {
        try withFile(name, bytes) { path in
            var reader = try DocumentReader(path, format, chunk: chunk)
            var copy = reader.dialect.header ?? []
            var row = 0
            while let document = try reader.next() {
                let original = try #require(document.original)
                copy += reader.dialect.encoded(original.before) + reader.dialect.adding(values(row), to: original)
                row += 1
            }
            return copy + reader.dialect.encoded(reader.takeRemainder())
        }
    }

    private func copy(_ name: String, _ content: String, _ format: InputFormat, _ values: [Dialect.Value] = []) throws -> String {
        String(decoding: try copy(name, Array(content.utf8), format) { _ in values }, as: UTF8.self)
    }

    private func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit in
            let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return isBigEndian ? bytes.reversed() : bytes
        }
    }

    @Test func `A table with nothing added has its bytes, in any encoding and however it is read`() throws {
        for (index, table) in try tables.enumerated() {
            let format = InputFormat(textColumns: ["1"], addedColumns: [], hasHeader: table.header)
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            for bytes in [
                Array(table.content.utf8), mark + table.content.utf8, utf16(table.content, isBigEndian: false),
                utf16(table.content, isBigEndian: true),
            ] {
                for chunk in [1, 7, 1 << 18] {
                    do throws(CorpusError) {
                        let copy = try Result { try self.copy("a.\(table.format)", bytes, format, chunk: chunk) }
                            .mapError { $0 as! CorpusError }.get()
                        #expect(copy == bytes, "table \(index), chunk \(chunk)")
                    } catch .badRecord(_, _, .ambiguousQuote) {
                        continue
                    }
                }
            }
        }
    }

    @Test func `Added columns are those that Python's csv module writes`() throws {
        let labels = ["pos", "a, b", "the \"best\"", "two\nlines", "tab\there"]
        var compared = 0
        for (index, table) in try tables.enumerated() {
            guard let added = table.added else { continue }
            let format = InputFormat(
                textColumns: ["1"], addedColumns: ["added label", "added number"], hasHeader: table.header)
            do throws(CorpusError) {
                let copy = try Result {
                    try self.copy("a.\(table.format)", Array(table.content.utf8), format) { [.text(labels[$0 % 5]), .number("0.25")] }
                }.mapError { $0 as! CorpusError }.get()
                #expect(String(decoding: copy, as: UTF8.self) == added, "table \(index)")
                compared += 1
            } catch .badRecord(_, _, .ambiguousQuote) {
                continue
            }
        }
        #expect(compared > 50, "\(compared)")
    }

    @Test func `What stands between rows stays: marks, preambles, blank lines, and rows of delimiters get as many more`() throws {
        let format = InputFormat(addedColumns: ["label", "p"])
        let values: [Dialect.Value] = [.text("x"), .none]
        for end in ["\n", "\r\n", "\r"] {
            let lines = ["sep=;", "", "text;n", "a;1", "", ";", "\"b;\";2", "", ""]
            let wanted = ["sep=;", "", "text;n;label;p", "a;1;x;", "", ";;;", "\"b;\";2;x;", "", ""]
            let content = "\u{FEFF}" + lines.joined(separator: end)
            #expect(try copy("a.csv", content, format, values).utf8.elementsEqual(("\u{FEFF}" + wanted.joined(separator: end)).utf8))
        }
        #expect(try copy("a.csv", "text\na", format, values) == "text,label,p\na,x,")
        #expect(try copy("a.csv", "text\n", format, values) == "text,label,p\n")
        #expect(try copy("a.csv", "text,n\n\u{FEFF}\"a\",1\n", format, values) == "text,n,label,p\n\u{FEFF}\"a\",1,x,\n")
        let bare = InputFormat(addedColumns: ["label", "p"], hasHeader: false)
        #expect(try copy("a.csv", "\u{FEFF}\n\na,1\n\n", bare, values) == "\u{FEFF}\n\na,1,x,\n\n")
        let skipping = InputFormat(addedColumns: ["label", "p"], skipsBadRows: true)
        #expect(try copy("a.csv", "text,n\na\nb,2\n", skipping, values) == "text,n,label,p\nb,2,x,\n")
    }

    @Test func `Objects get members before the brace that closes them`() throws {
        let format = InputFormat(addedColumns: ["label", "a \"b\""])
        let content = "\u{FEFF}{\"text\": \"a }\", \"o\": {\"p\": 1}}\n\n{\"text\": \"b\"} \r\n{ \"text\":\"\" }"
        let wanted =
            "\u{FEFF}{\"text\": \"a }\", \"o\": {\"p\": 1}, \"label\": \"x\", \"a \\\"b\\\"\": 0.5}\n\n"
            + "{\"text\": \"b\", \"label\": \"x\", \"a \\\"b\\\"\": 0.5} \r\n{ \"text\":\"\" , \"label\": \"x\", \"a \\\"b\\\"\": 0.5}"
        #expect(try copy("a.jsonl", content, format, [.text("x"), .number("0.5")]) == wanted)
        #expect(
            try copy("a.jsonl", "{\"text\": \"a\"}", format, [.none, .none]) == "{\"text\": \"a\", \"label\": null, \"a \\\"b\\\"\": null}")
        let utf16 = InputFormat(form: .jsonl, addedColumns: [], encoding: .utf16)
        for isBigEndian in [false, true] {
            let bytes = self.utf16("{\"text\": \"é 😀\"}\n", isBigEndian: isBigEndian)
            #expect(try copy("a.jsonl", bytes, utf16) == bytes)
        }
    }

    @Test func `Other encodings are written as they were read`() throws {
        let bytes: [UInt8] = Array("text,n\ncaf".utf8) + [0xE9, 0x20, 0x80, 0x2C, 0x31, 0x0A]
        let format = InputFormat(addedColumns: ["größe"], encoding: .windows1252)
        let wanted = Array("text,n,gr".utf8) + [0xF6, 0xDF] + Array("e\ncaf".utf8) + [0xE9, 0x20, 0x80, 0x2C, 0x31, 0x2C, 0x80, 0x0A]
        #expect(try copy("a.csv", bytes, format) { _ in [.text("€")] } == wanted)
        try withFile("a.csv", bytes) { path in
            let latin = try DocumentReader(path, InputFormat(addedColumns: ["a"], encoding: .latin1))
            try latin.requireEncodable(["ÿ", "a"])
            do throws(CorpusError) {
                try latin.requireEncodable(["a", "€"])
                Issue.record("the euro sign is not in Latin-1")
            } catch {
                #expect("\(error)".hasSuffix("'€' has a character that latin1 lacks; the file needs to be UTF-8"))
            }
        }
    }

    @Test func `A name that is taken, an array and plain text are errors`() throws {
        let format = InputFormat(addedColumns: ["label", "p"])
        let column = try complaint("a.csv", "text, Label\na,1\n", format, wantsLabels: false)
        #expect(column == "a.csv: has a column 'label' already, an added column needs another name")
        let key = try complaint("a.jsonl", "{\"text\": \"a\"}\n{\"p\": 1, \"text\": \"a\"}\n", format, wantsLabels: false)
        #expect(key == "a.jsonl: record 2, line 2: has 'p' already, an added key needs another name")
        let array = try complaint("a.json", "[{\"text\": \"a\"}]", format, wantsLabels: false)
        #expect(array == "a.json: is an array of JSON objects, keeping rows needs an object per line or a table")
        let text = try complaint("a.txt", "text\na\n", format, wantsLabels: false)
        #expect(text == "a.txt: is plain text, keeping rows needs a .csv, .tsv or .jsonl file")
    }

    @Test func `The position is between the beginning and the end of the file`() throws {
        let rows = (0..<10_000).map { "row \($0),x\n" }.joined()
        try withFile("a.csv", Array("text,n\n\(rows)".utf8)) { path in
            var reader = try DocumentReader(path, chunk: 1 << 12)
            var positions: [Double] = []
            while try reader.next() != nil { positions.append(reader.position) }
            #expect(positions == positions.sorted() && positions[0] == 7)
            #expect(positions.last == Double(rows.utf8.count + 7 - "row 9999,x\n".utf8.count))
        }
    }
}
