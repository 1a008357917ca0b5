import TenorReading
import Testing

/// Quotes in tab-separated files, which some writers put around fields and others write as text.
@Suite struct CorporaTabbedTests {
    private let ambiguous = "which reads as one row or as 2; needs the table as .csv or .jsonl, or no line ends inside fields"

    @Test func `A quoted field may hold line ends where its lines alone are not rows`() throws {
        for end in ["\n", "\r\n", "\r"] {
            for chunk in [1, 2, 5, 1 << 18] {
                let lines = ["label\ttext", "x\t\"one", "two\"", "y\t\"a \"\"b\"\"", "", "c\td\"", "z\tplain"]
                let content = lines.joined(separator: end)
                let wanted = ["one\(end)two|x", "a \"b\"\(end)\(end)c\td|y", "plain|z"]
                #expect(try labelled("a.tsv", content, chunk: chunk) == wanted)
                #expect(try documents("a.tsv", Array(content.utf8), chunk: chunk).map(\.line) == [2, 4, 7])
                #expect(try documents("a.tsv", Array(content.utf8), chunk: chunk).map(\.row) == [0, 1, 2])
            }
        }
        #expect(try labelled("a.tsv", "\u{FEFF}\"text\nof it\"\tlabel\na\tb\n", InputFormat(textColumns: ["text\nof it"])) == ["a|b"])
        #expect(try labelled("a.tsv", "\"one\ntwo\"\tx\na\tb\n", InputFormat(hasHeader: false)) == ["one\ntwo|x", "a|b"])
    }

    @Test func `A quoted field may be as long as a record`() throws {
        let long = String(repeating: "a line of 32 characters or so\n", count: 100_000)
        #expect(try texts("a.tsv", "text\tlabel\n\"\(long)\"\tx\n") == [long])
        let format = InputFormat(longestRecord: 1000)
        #expect(try complaint("a.tsv", "text\tlabel\n\"\(long)\"\tx\n", format).hasPrefix("a.tsv: record 1, line 2, column 1: runs on for"))
    }

    @Test func `Quotes around lines that are rows too are refused with their place`() throws {
        for content in ["text\tlabel\na\tx\n\"b\tx\nc\"\ty\n", "text\tlabel\na\tx\n\"b\tx\r\nc\"\ty", "text\na\n\"b\nc\"\n"] {
            for format in [InputFormat(), InputFormat(skipsBadRows: true)] {
                let said = try complaint("a.tsv", content, format, wantsLabels: false)
                #expect(said == "a.tsv: record 2, line 3, column 1: a quote opens here and closes on a later line, \(ambiguous)")
            }
        }
        // Neither reading gives rows of two fields, so the reader cannot find the start of the next row.
        let ragged = "text\tlabel\n\"a\nb\"\nc\tx\n"
        #expect(try complaint("a.tsv", ragged, InputFormat(skipsBadRows: true)).contains(ambiguous))
    }

    @Test func `Lines that alone are rows are rows without evidence of quoting`() throws {
        let content = "text\tmore\tlabel\n\"a\tb\tx\nc\td\"\ty\n"
        #expect(try labelled("a.tsv", content, InputFormat(textColumns: ["text", "more"])) == ["\"a b|x", "c d\"|y"])
    }

    @Test func `Quotes that only a quoting writer makes say how later ones are meant`() throws {
        let rows = "a\tx\n\"b\ty\nc\"\tz\n"
        #expect(try labelled("a.tsv", "\"text\"\t\"label\"\n" + rows) == ["a|x", "b\ty\nc|z"])
        #expect(try labelled("a.tsv", "text\tlabel\n\"a \"\"b\"\"\"\tx\n" + rows) == ["a \"b\"|x", "a|x", "b\ty\nc|z"])
        #expect(try labelled("a.tsv", "text\tlabel\n\"a\nb\"\tx\n" + rows) == ["a\nb|x", "a|x", "b\ty\nc|z"])
        // If such a row has too few fields, the whole row is skipped.
        let format = InputFormat(skipsBadRows: true)
        #expect(try labelled("a.tsv", "\"text\"\t\"label\"\n\"a\tx\nb\ty\"\nc\tz\n", format) == ["c|z"])
    }

    @Test func `Quotes that no quoting writer makes say how later ones are meant`() throws {
        let rows = "a\tx\n\"b\ty\nc\"\tz\n\"d\tx\ne\ty\n"
        let wanted = ["a|x", "\"b|y", "c\"|z", "\"d|x", "e|y"]
        for (line, text) in [("5\" of rain", "5\" of rain"), ("\"Great\" film", "\"Great\" film"), ("\"a", "\"a")] {
            let first = line == "\"a" ? "\"a\tx\nb \"c\" d\tx\n" : "\(line)\tx\n"
            let before = line == "\"a" ? ["\"a|x", "b \"c\" d|x"] : ["\(text)|x"]
            for chunk in [1, 3, 1 << 18] { #expect(try labelled("a.tsv", "text\tlabel\n" + first + rows, chunk: chunk) == before + wanted) }
        }
        // In such a file, a quote that is not closed within the longest record is text.
        let many = String(repeating: "a\tx\n", count: 1000)
        for chunk in [1, 300, 1 << 18] {
            let format = InputFormat(longestRecord: 1000)
            let content = Array("text\tlabel\n5\" x\tx\n\"b\ty\n\(many)c\"\tz\n".utf8)
            #expect(try documents("a.tsv", content, format, chunk: chunk).count == 1003)
        }
        // Both kinds of quotes have been seen, so neither decides.
        let both = "text\tlabel\n5\" x\tx\n\"a \"\"b\"\"\"\tx\n\"b\tx\nc\"\ty\n"
        #expect(try complaint("a.tsv", both).hasPrefix("a.tsv: record 3, line 4, column 1: a quote opens here and closes on a later line"))
    }

    @Test func `A quote that opens a field and is never closed is text in the last line and refused before`() throws {
        #expect(try labelled("a.tsv", "text\tlabel\na\tx\n\"b\ty\n\r\n") == ["a|x", "\"b|y"])
        let reason = "a quote opens here and is never closed, needs a closing quote"
        #expect(try complaint("a.tsv", "text\tlabel\nx\t\"b\n\nc\ty\n") == "a.tsv: record 1, line 2, column 3: \(reason)")
        #expect(try complaint("a.tsv", "\"text\"\tlabel\n5\" x\tx\n\"b\ty\nc\tz\n") == "a.tsv: record 2, line 3, column 1: \(reason)")
    }
}
