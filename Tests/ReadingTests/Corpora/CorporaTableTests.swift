import TenorFiles
import TenorLayers
import TenorReading
import Testing

@Suite struct CorporaTableTests {
    @Test func aQuotedFieldMayHoldSeparatorsLineEndsAndDoubledQuotes() throws {
        let content = "text,label\n\"a, b\",pos\r\n\"line one\nline two\r\nthree\",neg\n\"she said \"\"no\"\"\",pos\n\"\"\"\",neg\n"
        #expect(
            try labelled("a.csv", content) == [
                "a, b|pos", "line one\nline two\r\nthree|neg", "she said \"no\"|pos", "\"|neg",
            ])
    }

    @Test func aRowKnowsTheLineItBeginsInAndItsNumberFromZero() throws {
        let rows = try documents("a.csv", Array("text,label\n\"1\n2\",x\n\nb,y\n\"c\r\nd\re\",z\nf,w".utf8), wantsLabels: true)
        #expect(rows.map(\.line) == [2, 5, 6, 9])
        #expect(rows.map(\.row) == [0, 1, 2, 3])
    }

    @Test func linesMayEndInLineFeedReturnOrBoth() throws {
        for end in ["\n", "\r\n", "\r"] {
            for chunk in 1...12 {
                let content = ["text,label", "a,x", "", "\"b\",y", "c,\"z\""].joined(separator: end)
                #expect(try labelled("a.csv", content, chunk: chunk) == ["a|x", "b|y", "c|z"])
                #expect(try labelled("a.csv", content + end, chunk: chunk) == ["a|x", "b|y", "c|z"])
            }
        }
    }

    @Test func otherCharactersThatUnicodeCallsLineEndsAreText() throws {
        #expect(try texts("a.csv", "text\na\u{85}b\u{2028}c\u{2029}d\u{B}e\u{C}f\n") == ["a\u{85}b\u{2028}c\u{2029}d\u{B}e\u{C}f"])
        #expect(try texts("a.tsv", "text\na\u{85}b\u{2028}c\n") == ["a\u{85}b\u{2028}c"])
        #expect(try texts("-a.txt", "a\u{85}b\u{2028}c\rd\n", InputFormat(linesAreDocuments: true)) == ["a\u{85}b\u{2028}c\rd"])
    }

    @Test func aColumnIsFoundByNameElseByNumber() throws {
        let content = "id,label,text\n7,pos,good\n"
        #expect(try labelled("a.csv", content) == ["good|pos"])
        #expect(try labelled("a.csv", content, InputFormat(textColumns: ["3"], labelColumns: ["2"])) == ["good|pos"])
        #expect(try texts("a.csv", content, InputFormat(textColumns: ["text", "id", "1"])) == ["good 7 7"])
        #expect(try texts("a.csv", "a,1\nfirst,second\n", InputFormat(textColumns: ["1"])) == ["second"])
    }

    @Test func withoutAHeaderTheTextIsTheFirstColumnAndTheLabelTheSecond() throws {
        let format = InputFormat(hasHeader: false)
        #expect(try labelled("a.csv", "good,pos\nbad,neg\n", format) == ["good|pos", "bad|neg"])
        #expect(try documents("a.csv", Array("good,pos\nbad,neg\n".utf8), format).map(\.row) == [0, 1])
        #expect(try labelled("a.csv", "", InputFormat(hasHeader: false)) == [])
        #expect(try labelled("a.jsonl", #"{"text": "good", "label": "pos"}"#, format) == ["good|pos"])
    }

    @Test func aByteOrderMarkIsNoPartOfTheFirstName() throws {
        for chunk in 1...5 {
            #expect(try labelled("a.csv", "\u{FEFF}text,label\na,b\n", chunk: chunk) == ["a|b"])
            #expect(try labelled("a.csv", "\u{FEFF}\"text\",label\na,b\n", chunk: chunk) == ["a|b"])
        }
        #expect(try texts("a.txt", "\u{FEFF}") == [""])
        #expect(try texts("a.txt", "\u{FEFF}a\u{FEFF}") == ["a\u{FEFF}"])
    }

    @Test func anEmptyTextIsADocument() throws {
        for content in ["text,label\n,pos\n\"\",neg\n", "\"text\",\"label\"\r\n\"\",pos\r\n,neg"] {
            #expect(try labelled("a.csv", content) == ["|pos", "|neg"])
        }
        try withFile("a.csv", Array("text\n\"\"\n\" \t\"\nx\n".utf8)) { path in
            var reader = try DocumentReader(path)
            while try reader.next() != nil {}
            #expect(reader.blankTexts == 2)
        }
    }

    @Test func inATabbedFileQuotesCountOnlyAroundAWholeField() throws {
        for chunk in [1, 2, 3, 7, 1 << 18] {
            let rows = [
                ("\"quoted\"\tpos", "quoted|pos"),
                ("\"with\ttab\"\tpos", "with\ttab|pos"),
                ("\"doubled \"\"quotes\"\"\"\tneg", "doubled \"quotes\"|neg"),
                ("5\" of rain, \"they\" said\tneg", "5\" of rain, \"they\" said|neg"),
                ("\"Great\" film\tpos", "\"Great\" film|pos"),
                ("\"never closed\tneg", "\"never closed|neg"),
                ("\"a\" and \"b\"\tpos", "\"a\" and \"b\"|pos"),
                ("ends with a \"quote\"\tpos", "ends with a \"quote\"|pos"),
                ("\"\tpos", "\"|pos"),
                ("a\t\"pos\"", "a|pos"),
                ("\"\"\tpos", "|pos"),
                ("\"two\nlines\"\tneg", "two\nlines|neg"),
                ("\"never closed\tpos", "\"never closed|pos"),
                ("and neither is \"this\"\tpos", "and neither is \"this\"|pos"),
            ]
            for end in ["\n", "\r\n"] {
                let content = (["text\tlabel"] + rows.map(\.0)).joined(separator: end)
                #expect(try labelled("a.tsv", content, chunk: chunk) == rows.map(\.1))
            }
        }
    }

    @Test func inATabbedFileBlankLinesAreSkippedAndEmptyFieldsAreKept() throws {
        #expect(try labelled("a.tsv", "text\tlabel\n\n\tpos\r\n\r\na\tneg\n\n") == ["|pos", "a|neg"])
        #expect(try documents("a.tsv", Array("text\n\n\nb\n".utf8)).map(\.line) == [4])
    }

    @Test func anEndingIsTheSameInCapitals() throws {
        #expect(try labelled("A.CSV", "text,label\na,b\n") == ["a|b"])
    }

    @Test func randomRowsComeBackAsTheyWereWrittenAtAnyChunkSize() throws {
        let alphabet: [Character] = [
            "a", "\"", ",", "\n", "\r", "\r\n", "\t", " ", "é", "e\u{301}", "漢", "😀", "\u{85}", "\u{2028}", "x", "y",
        ]
        var generator = Randomness(seed: 17)
        for _ in 0..<150 {
            let width = Int.random(in: 1...4, using: &generator)
            let rows = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                (0..<width).map { _ in
                    String((0..<Int.random(in: 0...9, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
                }
            }
            let end = ["\n", "\r\n", "\r"].randomElement(using: &generator)!
            let content = rows.map { $0.map(csvField).joined(separator: ",") }.joined(separator: end)
            let format = InputFormat(textColumns: (1...width).map(String.init), hasHeader: false)
            let chunk = Int.random(in: 1...40, using: &generator)
            let found = try texts("a.csv", content, format, chunk: chunk)
            let wanted = rows.map { $0.joined(separator: " ") }
            #expect(found.map { Array($0.utf8) } == wanted.map { Array($0.utf8) }, "chunk \(chunk): \(content.debugDescription)")
        }
    }

    @Test func quotesAreWrittenOnlyWhereAReaderNeedsThem() {
        #expect(csvField("plain text") == "plain text")
        #expect(csvField("a,b") == "\"a,b\"")
        #expect(csvField("a\r\nb") == "\"a\r\nb\"")
        #expect(csvField("\"") == "\"\"\"\"")
        #expect(csvField("") == "\"\"")
        #expect(csvField(" a") == "\" a\"")
        #expect(JSON.string("a\"b\\c\n\u{1}é").serialized() == #""a\"b\\c\n\u0001é""#)
    }
}
