import TenorReading
import Testing

@Suite struct MessageTests {
    private let hostile = String(repeating: "é", count: 40_000)
    private let cut = "'" + String(repeating: "é", count: 80) + "…'"

    @Test func `Values in messages are cut to 80 characters and lists to 20 entries`() {
        #expect(quoted("") == "''")
        #expect(quoted(String(repeating: "x", count: 80)) == "'" + String(repeating: "x", count: 80) + "'")
        #expect(quoted(hostile) == cut)
        // One letter with any number of accents counts as one character in Swift.
        #expect(quoted("e" + String(repeating: "\u{301}", count: 40_000)).utf8.count < 200)
        #expect(quoted(["a", "b"]) == "'a', 'b'")
        #expect(quoted((1...20).map(String.init)).hasSuffix("'19', '20'"))
        #expect(quoted((1...300).map(String.init)).hasSuffix("'19', '20' and 280 more"))
    }

    @Test func `A label of 80 KB makes no message of 80 KB`() throws {
        let table = "text,label\na,\(hostile)\n"
        #expect(try corpusComplaint("a.csv", table) == "a.csv: all 1 rows are labelled \(cut), tuning needs at least two labels")
        let known = (1...40).map { "\($0)" + hostile }
        let said = try corpusComplaint("a.csv", table, labels: known)
        #expect(said.hasPrefix("a.csv: record 1, line 2: the label is \(cut), needs one of '1é") && said.hasSuffix("…' and 20 more"))
        #expect(said.utf8.count < 5000)
        let spaced = try withFile("a.csv", Array("text,label\na,\(hostile) \nb,\(hostile)\n".utf8)) { try readCorpus($0).warnings }
        let alike = "labels that differ only in white space: \(cut), \(cut)"
        #expect(spaced.map(\.description) == ["white space around labels: \(cut)", alike])
    }

    @Test func `A column name of 80 KB and 30,000 columns of one name make short messages`() throws {
        #expect(try complaint("a.csv", "\(hostile),b\n") == "a.csv: has no column 'text', its columns are \(cut), 'b'")
        #expect(try complaint("a.csv", "b\n", InputFormat(textColumns: [hostile])) == "a.csv: has no column \(cut), its columns are 'b'")
        let twice = try complaint("a.csv", "\(hostile),\(hostile)\n", InputFormat(textColumns: [hostile]))
        #expect(twice == "a.csv: columns 1, 2 are all named \(cut), a wanted column needs a name of its own")
        let many = try complaint("a.csv", Array(repeating: "text", count: 30_000).joined(separator: ","))
        #expect(many.hasSuffix("19, 20 and 29980 more are all named 'text', a wanted column needs a name of its own"))
        for line in ["{}", "{\"\(hostile)\": 1}", "{\"\(hostile)\": \"a\", \"\(hostile)\": \"b\"}"] {
            #expect(try complaint("a.jsonl", line, InputFormat(textColumns: [hostile]), wantsLabels: false).contains(cut))
        }
    }
}
