import TenorReading
import Testing

@Suite struct CorporaHeaderTests {
    @Test func `A name that differs in case or blanks is found if it is the only one`() throws {
        #expect(try labelled("a.csv", "Text , LABEL\na,x\n") == ["a|x"])
        #expect(try labelled("a.csv", "Text,text,label\na,b,x\n") == ["b|x"])
        #expect(try labelled("a.csv", "ÉTAT,label\na,x\n", InputFormat(textColumns: ["état"])) == ["a|x"])
        // A number counts only if it is no name.
        #expect(try texts("a.csv", "a, 1\nfirst,second\n", InputFormat(textColumns: ["1"])) == ["second"])
        #expect(
            try complaint("a.csv", "Text,TEXT,label\na,b,x\n")
                == "a.csv: columns 1, 2 are all named 'Text', 'TEXT', a wanted column needs a name of its own")
    }

    @Test func `A name that is nearly the wanted one is named`() throws {
        func said(_ header: String) throws -> String { try complaint("a.csv", header + "\n") }
        #expect(try said("Texts,label") == "a.csv: has no column 'text', its columns are 'Texts', 'label'; did you mean 'Texts'?")
        #expect(try said("text,lable") == "a.csv: has no column 'label', its columns are 'text', 'lable'; did you mean 'lable'?")
        #expect(try said("review,label") == "a.csv: has no column 'text', its columns are 'review', 'label'")
        #expect(try said("tests,texst,label").hasSuffix("did you mean 'texst'?"))
    }

    @Test func `Rows of nothing but delimiters are skipped as blank lines are`() throws {
        for chunk in [1, 4, 1 << 18] {
            let rows = try documents(
                "a.csv", Array(",,\ntext,label,x\n,,\r\na,b,\n,,\n\n,,\n,c,\n\"\",,\n,,".utf8), wantsLabels: true, chunk: chunk)
            #expect(rows.map { "\($0.text)|\($0.label!)" } == ["a|b", "|c", "|"])
            #expect(rows.map(\.row) == [0, 1, 2])
            #expect(rows.map(\.line) == [4, 8, 9])
        }
        #expect(try labelled("a.csv", "text;label\n;\na;x\n;") == ["a|x"])
        #expect(try labelled("a.tsv", "text\tlabel\n\t\na\tx\n\t\n") == ["a|x"])
        // With another number of fields too: a spreadsheet pads short rows.
        #expect(try labelled("a.csv", "text,label\n,,,\na,x\n") == ["a|x"])
    }

    @Test(arguments: ["", "\u{FEFF}"])
    func `A header among the rows is an error for labels and a warning for texts`(mark: String) throws {
        let content = "text,label\na,x\nb,y\n\(mark)text,label\nc,z\n"
        let quoted = content.replacing("text", with: "\"text\"")
        for table in [content, quoted] {
            #expect(try complaint("a.csv", table) == "a.csv: record 3, line 4: repeats the header, needs a row (were tables joined?)")
            #expect(try labelled("a.csv", table, InputFormat(skipsBadRows: true)) == ["a|x", "b|y", "c|z"])
            #expect(try warnings("a.csv", table) == ["a.csv: record 3, line 4: repeats the header, it is read as a row"])
            #expect(try texts("a.csv", table).count == 4)
        }
        #expect(try complaint("a.tsv", content.replacing(",", with: "\t")).hasPrefix("a.tsv: record 3, line 4: repeats the header"))
        // Without a header there is none to repeat.
        #expect(try labelled("a.csv", content, InputFormat(hasHeader: false)).count == 5)
        #expect(try complaint("a.csv", "text,label\na,x\ntext,labels\nlabel,text\n") == "")
    }

    @Test func `A byte order mark between joined JSON lines means nothing`() throws {
        for chunk in [1, 3, 1 << 18] {
            let line = "\u{FEFF}{\"text\": \"a\"}\n"
            #expect(try texts("a.jsonl", line + line, chunk: chunk) == ["a", "a"])
        }
        // Before text it is a character.
        #expect(try texts("a.csv", "text\n\u{FEFF}a\n") == ["\u{FEFF}a"])
    }
}
