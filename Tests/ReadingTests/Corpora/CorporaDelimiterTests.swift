import TenorReading
import Testing

@Suite struct CorporaDelimiterTests {
    @Test func `The header shows the delimiter`() throws {
        for (delimiter, name) in [(";", "';'"), ("\t", "a tab"), ("|", "'|'")] {
            let content = "text,label\n\"a, b\",x\nc,\"y\"\n".replacing(",", with: delimiter)
            for chunk in [1, 5, 1 << 18] {
                #expect(try labelled("a.csv", content, chunk: chunk) == ["a\(delimiter) b|x", "c|y"])
            }
            let said = ["a.csv: its delimiter is \(name), not ',', it is read as such"]
            #expect(try warnings("a.csv", content) == said)
        }
        #expect(try labelled("a.tsv", "text,label\n\"a\tb\",x\n") == ["a\tb|x"])
        #expect(try warnings("a.tsv", "text,label\na,x\n") == ["a.tsv: its delimiter is ',', not a tab, it is read as such"])
        #expect(try warnings("a.csv", "text,label\na;b,x\n") == [])
    }

    @Test func `A table of tabs called csv keeps the quotes of csv`() throws {
        #expect(try complaint("a.csv", "text\tlabel\n5\" x\ty\n").contains("a quote inside an unquoted field"))
        #expect(try labelled("a.tsv", "text\tlabel\n5\" x\ty\n") == ["5\" x|y"])
    }

    @Test func `The delimiter that gives the wanted columns is taken`() throws {
        // Another one is in a name, or more frequent.
        #expect(
            try labelled("a.csv", "text;label, first|second|third\na;x\n", InputFormat(labelColumns: ["label, first|second|third"])) == [
                "a|x"
            ]
        )
        #expect(try labelled("a.csv", "text,\"a;b;c\",label\na,b,x\n") == ["a|x"])
        #expect(try labelled("a.csv", "a;b;text,label\na,x\n", InputFormat(textColumns: ["a;b;text"])) == ["a|x"])
        #expect(try texts("a.csv", "one; two\na\n", InputFormat(textColumns: ["one; two"])) == ["a"])
        #expect(try texts("a.csv", "text\na; b\n") == ["a; b"])
        // A number is not enough: the second row must agree.
        #expect(try texts("a.csv", "a;b\n1;2\n", InputFormat(textColumns: ["2"])) == ["2"])
        for row in ["1", "1;2;3", "\"1;2\"", ";1;2"] {
            #expect(try texts("a.csv", "a;b\n\(row)\n", InputFormat(textColumns: ["1"])) == [row.filter { $0 != "\"" }])
        }
        // If none does, the columns in the error are those of the most frequent one.
        #expect(try complaint("a.csv", "x;y;z|t\n") == "a.csv: has no column 'text', its columns are 'x', 'y', 'z|t'")
    }

    @Test func `Without a header the first row need only have the wanted columns`() throws {
        let format = InputFormat(hasHeader: false)
        #expect(try labelled("a.csv", "a;x\nb;y\n", format) == ["a|x", "b|y"])
        #expect(
            try complaint("a.csv", "a;x\nb;y;z\n", format) == "a.csv: has no column '2', without a header its columns are numbered 1 to 1")
        #expect(try texts("a.csv", "I came; I saw\nb\n", format) == ["I came; I saw", "b"])
    }

    @Test func `Without a header the first rows show the delimiter if only one splits them all alike`() throws {
        let format = InputFormat(hasHeader: false)
        for (delimiter, name) in [(";", "';'"), ("\t", "a tab"), ("|", "'|'")] {
            let content = "a, b\(delimiter)x\n\"c\nd\"\(delimiter)y\n"
            for chunk in [1, 5, 1 << 18] {
                #expect(try labelled("a.csv", content, format, chunk: chunk) == ["a, b|x", "c\nd|y"])
                #expect(try texts("a.csv", content, format, chunk: chunk) == ["a, b", "c\nd"])
            }
            #expect(try warnings("a.csv", content, format) == ["a.csv: its delimiter is \(name), not ',', it is read as such"])
        }
        #expect(try texts("a.tsv", "a,b\nc,d\n", format) == ["a", "c"])
        // Two delimiters, one row, or rows of different lengths, the tenth too, are not clear.
        #expect(try texts("a.csv", "a;b,c\nd;e,f\n", format) == ["a;b", "d;e"])
        #expect(try texts("a.csv", "a;b\n", format) == ["a;b"])
        let rows = Array(repeating: "a;b\n", count: 9).joined()
        #expect(try texts("a.csv", rows + "c\n", format).last == "c")
        #expect(try texts("a.csv", rows + "c\n", format).first == "a;b")
        #expect(try complaint("a.csv", rows + "c;d\ne\n", format).contains("record 11"))
    }

    @Test func `A named delimiter is taken as it is`() throws {
        let content = "text:label,x\na,b:c\n"
        #expect(try labelled("a.csv", content, InputFormat(delimiter: UInt8(ascii: ":"), labelColumns: ["label,x"])) == ["a,b|c"])
        #expect(try warnings("a.tsv", "text;label\n", InputFormat(delimiter: UInt8(ascii: ";"))) == [])
        let said = try complaint("a.csv", "text;label\na;x\n", InputFormat(delimiter: UInt8(ascii: ",")))
        #expect(said == "a.csv: has no column 'text', its columns are 'text;label'")
    }

    @Test func `The first line that Excel writes is obeyed and is no header`() throws {
        for line in ["sep=;", "SEP=;", "\"sep=;\""] {
            for end in ["\n", "\r\n"] {
                for chunk in [1, 3, 1 << 18] {
                    let content = ["\u{FEFF}" + line, "text;label", "a,b;x"].joined(separator: end)
                    #expect(try labelled("a.csv", content, chunk: chunk) == ["a,b|x"])
                    #expect(try documents("a.csv", Array(content.utf8), chunk: chunk).map(\.line) == [3])
                }
            }
            #expect(try warnings("a.csv", "\(line)\ntext;label\na;x\n") == [])
        }
        #expect(try labelled("a.csv", "sep=\t\ntext\tlabel\na\tx\n") == ["a|x"])
        #expect(try complaint("a.csv", "sep=;") == "a.csv: is empty, needs a header line that names the columns")
    }

    @Test func `Byte order marks of UTF-16 need no option`() throws {
        let units = Array("text\tlabel\né漢\tx\n".utf16)
        let little: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big: [UInt8] = [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for chunk in [1, 2, 3, 1 << 18] {
            for bytes in [little, big] {
                #expect(try documents("a.tsv", bytes, wantsLabels: true, chunk: chunk).map { "\($0.text)|\($0.label!)" } == ["é漢|x"])
            }
        }
        #expect(try documents("a.txt", little).map(\.text) == ["text\tlabel\né漢\tx\n"])
    }
}
