import Foundation
import TenorFiles
import TenorLayers
import TenorReading
import Testing

@Suite struct CorporaErrorTests {
    @Test func aMissingFileAFolderAndAnUnreadableFileAreMissingInput() throws {
        let nowhere = FileManager.default.temporaryDirectory.appending(path: "tenor-\(UUID().uuidString)/a.csv").path
        #expect(throws: CorpusError.missing(source: nowhere)) { _ = try readCorpus(nowhere) }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: CorpusError.isDirectory(source: folder)) { _ = try DocumentReader(folder) }
        #expect(CorpusError.missing(source: "a.csv").description == "a.csv: no such file")
        #expect(CorpusError.isDirectory(source: "a.csv").description == "a.csv: is a directory, needs to be a file")
        #expect(CorpusError.cannotOpen(source: "a.csv", errno: EACCES).description == "a.csv: cannot be opened: Permission denied")
        #expect(CorpusError.readFailed(source: "-", errno: EIO).description == "standard input: cannot be read: Input/output error")
        #expect(CorpusError.missing(source: "").kind == .noInput)
        #expect(CorpusError.isDirectory(source: "").kind == .noInput)
        #expect(CorpusError.cannotOpen(source: "", errno: EACCES).kind == .noInput)
        #expect(CorpusError.readFailed(source: "", errno: EIO).kind == .readFailed)
        #expect(CorpusError.empty(source: "").kind == .badData)
    }

    @Test func aTableWithoutAHeaderIsEmpty() throws {
        for content in ["", "\u{FEFF}", "\n\r\n\n"] {
            #expect(try complaint("a.csv", content) == "a.csv: is empty, needs a header line that names the columns")
            #expect(try complaint("a.tsv", content) == "a.tsv: is empty, needs a header line that names the columns")
        }
    }

    @Test func anUnknownColumnIsAnsweredWithThoseThereAre() throws {
        #expect(try complaint("a.csv", "review,\"a \"\"b\"\"\"\n") == "a.csv: has no column 'text', its columns are 'review', 'a \"b\"'")
        #expect(try complaint("a.csv", "text\n") == "a.csv: has no column 'label', its columns are 'text'")
        for number in ["0", "3", "-1"] {
            let format = InputFormat(textColumns: [number])
            #expect(try complaint("a.csv", "text,label\n", format) == "a.csv: has no column '\(number)', its columns are 'text', 'label'")
        }
        #expect(
            try complaint("a.csv", "labels,texts\n")
                == "a.csv: has no column 'text', its columns are 'labels', 'texts'; did you mean 'texts'?")
        #expect(
            try complaint("a.csv", "x,y,z\n", InputFormat(textColumns: ["text"], hasHeader: false))
                == "a.csv: has no column 'text', without a header its columns are numbered 1 to 3")
        #expect(try complaint("a.csv", "cafe\u{301}\nx\n", InputFormat(textColumns: ["caf\u{E9}"]), wantsLabels: false) != "")
    }

    @Test func aWantedNameMayNotStandOverTwoColumns() throws {
        let content = "text,x,label,x,text\na,b,c,d,e\n"
        #expect(try complaint("a.csv", content) == "a.csv: columns 1, 5 are all named 'text', a wanted column needs a name of its own")
        #expect(try complaint("a.csv", content, InputFormat(textColumns: ["5"])) == "")
    }

    @Test func aRaggedRowIsNamedByRecordAndLine() throws {
        let content = "text,label\n\"a\nb\",x\nc\n"
        #expect(try complaint("a.csv", content) == "a.csv: record 2, line 4: has 1 field, needs 2")
        #expect(try complaint("a.tsv", "text\tlabel\na\tb\tc\n") == "a.tsv: record 1, line 2: has 3 fields, needs 2")
        #expect(try complaint("a.csv", "a,x\nb,y,z\n", InputFormat(hasHeader: false)) == "a.csv: record 2, line 2: has 3 fields, needs 2")
        #expect(try complaint("a.tsv", "text\tlabel\n\"open\" a\nb\tx\n") == "a.tsv: record 1, line 2: has 1 field, needs 2")
    }

    @Test func aQuoteThatIsNeverClosedIsNamedByWhereItOpens() throws {
        let content = "text,label\na,x\n\"b\nc\",\"y\nz,w\n"
        #expect(
            try complaint("a.csv", content)
                == "a.csv: record 2, line 4, column 4: a quote opens here and is never closed, needs a closing quote")
    }

    @Test func textAfterAClosingQuoteAndAQuoteInAnUnquotedFieldAreErrors() throws {
        #expect(
            try complaint("a.csv", "text,label\n\"é\" b,x\n")
                == "a.csv: record 1, line 2, column 4: text after a closing quote, needs a separator or the end of the line")
        #expect(
            try complaint("a.csv", "text,label\né 5\" x,x\n")
                == "a.csv: record 1, line 2, column 4: a quote inside an unquoted field, needs the field quoted and the quote doubled")
    }

    @Test func aRecordWithoutEndIsRefusedBeforeItFillsTheMemory() throws {
        let format = InputFormat(longestRecord: 1000)
        let endless = String(repeating: "x", count: 2000)
        let reason = "runs on for more than 1000 bytes, needs a shorter record (is a quote left open, or a line end missing?)"
        #expect(try complaint("a.csv", "text,label\n\"\(endless)\",x\n", format) == "a.csv: record 1, line 2, column 1: \(reason)")
        #expect(try complaint("a.jsonl", endless, format) == "a.jsonl: record 1, line 1, column 1: \(reason)")
        let whole =
            "the whole file is one text, which runs on for more than 1000 bytes; needs a shorter file, or to be read line by line"
        #expect(try complaint("a.txt", endless, format, wantsLabels: false) == "a.txt: line 1: \(whole)")
        // Also if the file ends in the very chunk that exceeds the limit.
        #expect(throws: CorpusError.self) { try documents("a.txt", Array(endless.utf8), format, chunk: 1000) }
        #expect(try documents("a.txt", Array(endless.utf8.prefix(1000)), format, chunk: 500).count == 1)
    }

    @Test func bytesThatAreNotTextAreNamedByRecordLineAndColumn() throws {
        let header = Array("text,label\n".utf8)
        let invalid = "is not valid UTF-8, another encoding needs naming (windows-1252, latin1, utf16)"
        #expect(
            try complaint("a.csv", header + Array("a,x\n\"é\n漢".utf8) + [0xE9] + Array("\",y\n".utf8))
                == "a.csv: record 2, line 4, column 2: byte 0xE9 \(invalid)")
        #expect(try complaint("a.csv", [0x80] + header) == "a.csv: line 1, column 1: byte 0x80 \(invalid)")
        #expect(try complaint("a.txt", Array("a\nb".utf8) + [0xC3], wantsLabels: false) == "a.txt: line 2, column 2: byte 0xC3 \(invalid)")
        #expect(
            try complaint("a.csv", header + [0x61, 0x00, 0x2C, 0x62])
                == "a.csv: record 1, line 2, column 2: a NUL character, needs text (a file full of them may be UTF-16)")
        #expect(
            try complaint("a.csv", header + [0x61, 0x81], InputFormat(encoding: .windows1252))
                == "a.csv: record 1, line 2, column 2: byte 0x81 is not valid windows-1252, needs another encoding")
        func utf16(_ units: [UInt16]) -> [UInt8] { units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        let units = Array("text,label\né,".utf16)
        for lone in [[0xD83D], [0xDE00], [0xD83D, 0x61]] as [[UInt16]] {
            #expect(
                try complaint("a.csv", utf16(units + lone), InputFormat(encoding: .utf16))
                    == "a.csv: record 1, line 2, column 3: half of a surrogate pair (0x\(String(lone[0], radix: 16, uppercase: true))), "
                    + "UTF-16 needs both halves")
        }
        #expect(
            try complaint("a.csv", utf16(units) + [0x61], InputFormat(encoding: .utf16))
                == "a.csv: record 1, line 2, column 3: the last byte stands alone, UTF-16 needs two bytes a unit")
    }

    @Test func everyKindOfInvalidUTF8IsFoundWhereItStands() throws {
        let invalid: [[UInt8]] = [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFE],
        ]
        // One line each, with the fault at every position within the eight bytes that are checked together.
        let lines = invalid.flatMap { bytes in (0..<20).map { Array(repeating: 0x61, count: $0) + bytes + Array("bc".utf8) } }
        let format = InputFormat(linesAreDocuments: true, skipsBadRows: true)
        let reported = Reports()
        try withFile("a.txt", Array(lines.joined(separator: [0x0A]))) { path in
            var reader = try DocumentReader(path, format) { reported.add($0) }
            #expect(try reader.next() == nil)
        }
        #expect(reported.places == lines.indices.map { "record \($0 + 1), line \($0 + 1), column \($0 % 20 + 1)" })

        for place in 0..<50 {
            var line = [UInt8](repeating: 0x61, count: 50)
            line[place] = 0
            #expect(try complaint("a.txt", line, wantsLabels: false).hasPrefix("a.txt: line 1, column \(place + 1): a NUL"))
        }

        var generator = Randomness(seed: 5)
        let random = (0..<20000).map { _ in
            var bytes = (0..<5).flatMap { _ in
                Array(["A", "é", "€", "😀", "\u{7FF}\u{800}\u{D7FF}\u{10FFFF}"].randomElement(using: &generator)!.utf8)
            }
            if Bool.random(using: &generator) { bytes.remove(at: Int.random(in: bytes.indices, using: &generator)) }
            return bytes
        }
        let valid = random.compactMap { String(validating: $0, as: UTF8.self) }
        #expect(valid.count > 8000 && valid.count < 13000)
        #expect(try documents("a.txt", Array(random.joined(separator: [0x0A])), format).map(\.text) == valid)
    }

    @Test func aMarkInAStringIsFoundWhereverItStandsAmongItsNeighbours() throws {
        // Strings are scanned eight bytes at a time; "\u{7f}" and "é" are not control characters.
        for before in 0...17 {
            for after in 0...9 {
                let (start, end) = (String(repeating: "\u{7f}", count: before), String(repeating: "é", count: after))
                #expect(try texts("a.jsonl", "{\"text\": \"\(start)\\n\(end)\"}\n") == [start + "\n" + end])
                let said = try complaint("a.jsonl", "{\"text\": \"\(start)\u{1f}\(end)\"}\n")
                #expect(said.hasPrefix("a.jsonl: record 1, line 1, column \(11 + before): is not a JSON object: a control character"))
            }
        }
        #expect(try texts("a.jsonl", #"{"te\u0078t": "a", "t\/xt": 1, "": "\\"}"#) == ["a"])
    }

    @Test func aLineThatIsNotJSONSaysWhatIsWrongAndWhere() throws {
        func said(_ line: String) throws -> String { try complaint("a.jsonl", line + "\n") }
        let cases = [
            ("[1]", "column 1: is not a JSON object: it must begin with '{'"),
            ("{text: 1}", "column 2: is not a JSON object: it needs a key in quotes here"),
            ("{\"text\" 1}", "column 9: is not a JSON object: a key needs ':' after it"),
            ("{\"text\": }", "column 10: is not a JSON object: a value is missing"),
            ("{\"text\": tru}", "column 10: is not a JSON object: a value is missing"),
            ("{\"text\": \"a\" \"label\"}", "column 14: is not a JSON object: a member needs ',' or '}' after it"),
            ("{\"text\": \"a\"} x", "column 15: is not a JSON object: there is more after the closing '}'"),
            ("{\"text\": \"a}", "column 10: is not a JSON object: a string is never closed"),
            ("{\"text\": \"a\\x\"}", "column 12: is not a JSON object: there is no such escape"),
            ("{\"text\": \"\t\"}", "column 11: is not a JSON object: a control character in a string needs an escape"),
            ("{\"text\": \"\\u12g4\"}", "column 13: is not a JSON object: \\u needs four hexadecimal digits"),
            ("{\"text\": \"\\ud83dx\"}", "column 11: half of a surrogate pair (0xD83D), UTF-16 needs both halves"),
            ("{\"text\": \"\\ude00\"}", "column 11: half of a surrogate pair (0xDE00), UTF-16 needs both halves"),
            ("{\"text\": \"a\\u0000\"}", "column 12: a NUL character, needs text (a file full of them may be UTF-16)"),
            ("{\"text\": 01}", "column 10: is not a JSON object: a number must not begin with 0"),
            ("{\"text\": 1.}", "column 12: is not a JSON object: a number needs a digit"),
            ("{\"a\": [1 2]}", "column 10: is not a JSON object: a value needs ',' or ']' after it"),
            ("{\"a\": [1,]}", "column 10: is not a JSON object: a value is missing"),
            ("{\"text\": \"a\", \"text\": \"b\"}", "column 15: has 'text' more than once, needs it once"),
        ]
        for (line, problem) in cases { #expect(try said(line) == "a.jsonl: record 1, line 1, \(problem)") }
        #expect(try said("{\"label\": 1}") == "a.jsonl: record 1, line 1: has no 'text', needs one")
        #expect(try said("{\"text\": \"a\"}") == "a.jsonl: record 1, line 1: has no 'label', needs one")
        for (value, name) in [("1", "a number"), ("true", "true or false"), ("null", "null"), ("[1]", "an array"), ("{}", "an object")] {
            #expect(try said("{\"text\": \(value), \"label\": 1}") == "a.jsonl: record 1, line 1: 'text' is \(name), needs a string")
        }
        for (value, name) in [("null", "null"), ("[[]]", "an array"), ("{\"a\": 1}", "an object")] {
            #expect(
                try said("{\"text\": \"a\", \"label\": \(value)}")
                    == "a.jsonl: record 1, line 1: 'label' is \(name), needs a string, a number, true or false")
        }
        let deep = "{\"a\": " + String(repeating: "[", count: 100_000)
        #expect(try said(deep).hasSuffix("it is nested more than 500 deep"))
    }

    @Test func badRowsAreReportedCountedAndLeftOutWhereThatIsWanted() throws {
        let bytes = Array("text,label\na,x\nb\n\"c\"d,\"x\ne,".utf8) + [0xE9] + Array("\nf 5\",y\n\n\u{0},x\n\"g\ng\",z\n".utf8)
        let reported = Reports()
        try withFile("a.csv", bytes) { path in
            var reader = try DocumentReader(path, InputFormat(skipsBadRows: true), wantsLabels: true, chunk: 3) { reported.add($0) }
            var rows: [Document] = []
            while let row = try reader.next() { rows.append(row) }
            #expect(rows.map(\.text) == ["a", "g\ng"])
            // Skipped rows keep their numbers.
            #expect(rows.map(\.row) == [0, 6])
            #expect(rows.map(\.line) == [2, 9])
            #expect(reader.skipped == 5)
            #expect(
                reported.places == [
                    "record 2, line 3", "record 3, line 4, column 4", "record 4, line 5, column 3", "record 5, line 6, column 4",
                    "record 6, line 8, column 1",
                ])
        }
        let format = InputFormat(hasHeader: false, skipsBadRows: true)
        #expect(try labelled("a.csv", "a\u{0},x\nb,y\n", format) == ["b|y"])
        #expect(try labelled("a.csv", "\"a\nb,c\n\"d,x\ne,y\n", format) == ["e|y"])
        #expect(try labelled("a.jsonl", "{}\n{\"text\": \"b\", \"label\": 1}\n", format) == ["b|1"])
    }

    @Test func whatIsReadAndWhatIsReportedDoNotDependOnTheChunks() throws {
        let parts = ["a", "b", ",", "\t", "\"", "\"\"", "\n", "\n", "\r", "\r\n", "é", " ", "{", "}", ":", "\"text\"", "1", "\\", "\u{0}"]
            .map { Array($0.utf8) }
        var generator = Randomness(seed: 23)
        for name in ["a.csv", "a.tsv", "a.jsonl", "a.json", "a.txt"] {
            for _ in 0..<60 {
                var bytes = (0..<80).flatMap { _ in parts.randomElement(using: &generator)! }
                if Bool.random(using: &generator) { bytes.insert(0xE9, at: Int.random(in: bytes.indices, using: &generator)) }
                if name == "a.json" { bytes = Array("[{\"text\":\"a\"},{\"text\":".utf8) + bytes }
                if name == "a.csv" || name == "a.tsv" { bytes = Array("text\(name == "a.csv" ? "," : "\t")x\n".utf8) + bytes }
                let format = InputFormat(linesAreDocuments: true, skipsBadRows: true)
                let outcomes = try [1, 2, 3, 5, 17, 1 << 18].map { chunk in
                    try withFile(name, bytes) { path in
                        let reported = Reports()
                        var said: [String] = []
                        do throws(CorpusError) {
                            var reader = try DocumentReader(path, format, chunk: chunk) { reported.add($0) }
                            while let row = try reader.next() { said.append("\(row.row) \(row.line) \(row.text)") }
                        } catch {
                            said.append(error.description.replacing(path, with: name))
                        }
                        return said + reported.places
                    }
                }
                for outcome in outcomes { #expect(outcome == outcomes[0]) }
            }
        }
    }

    @Test func aQuoteThatIsNeverClosedIsAnErrorEvenWhereBadRowsAreLeftOut() throws {
        #expect(try complaint("a.csv", "text,label\n\"a,b\nc,d\n", InputFormat(skipsBadRows: true)).hasSuffix("needs a closing quote"))
    }
}

/// The places that a reader reported, in order.
private final class Reports: @unchecked Sendable {
    private(set) var places: [String] = []

    func add(_ error: CorpusError) {
        guard case .badRecord(_, let place, _) = error else { return }
        places.append(place.description)
    }
}
