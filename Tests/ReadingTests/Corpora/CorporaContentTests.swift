import TenorReading
import Testing

/// JSON rows are recognized by their content, whatever the file is called.
@Suite struct CorporaContentTests {
    private let lines = "\n{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": 2}\n"
    private let array = " [\n  {\n    \"text\": \"a]}\\\"\",\n    \"label\": \"x\"},\t{\"label\": 2, \"text\": \"b\"}\r\n]\n"
    private let chunks = [1, 2, 3, 7, 1 << 18]

    @Test(arguments: ["a.jsonl", "a.ndjson", "a.JSONLINES", "a.json", "a.txt", "a", "a.csv", "a.tsv", "a.log"])
    func `Objects in lines and in an array are rows under any name`(name: String) throws {
        for chunk in chunks {
            #expect(try labelled(name, lines, chunk: chunk) == ["a|x", "b|2"])
            #expect(try labelled(name, array, chunk: chunk) == ["a]}\"|x", "b|2"])
        }
    }

    @Test func `A name that does not say JSON gives a warning`() throws {
        for name in ["a.jsonl", "a.ndjson", "a.jsonlines", "a.json"] { #expect(try warnings(name, lines) == []) }
        #expect(try warnings("a.json", array) == [])
        for name in ["a.txt", "a.csv", "a"] {
            #expect(try warnings(name, lines) == ["\(name): holds a JSON object per line, each is read as a row"])
        }
        for name in ["a.txt", "a.jsonl"] {
            #expect(try warnings(name, array) == ["\(name): holds an array of JSON objects, each is read as a row"])
        }
    }

    @Test func `Objects of an array know their number and the line they begin in`() throws {
        let content = Array("[{\"text\":\"a\"},{\"text\":\"b\"},\n\n{\n\"text\":\"c\"}, {\"text\":\"d\"}]".utf8)
        for chunk in chunks {
            let rows = try documents("a.json", content, chunk: chunk)
            #expect(rows.map(\.row) == [0, 1, 2, 3])
            #expect(rows.map(\.line) == [1, 1, 3, 4])
        }
    }

    @Test func `Text that only begins like JSON stays text`() throws {
        for content in ["{braces} and more\nlines", "{\n", "[1, 2]", "[{x}]", "{\"text\": \"a\"} and more\n", "[]", "[see {\"a\"}]", " \n"]
        {
            #expect(try texts("a.txt", content) == [content])
            #expect(try warnings("a.txt", content) == [])
        }
        let lines = InputFormat(form: .lines)
        #expect(try texts("a.jsonl", self.lines, lines).count == 2)
        #expect(try texts("a.jsonl", "{\"text\": \"a\"}", lines) == ["{\"text\": \"a\"}"])
    }

    @Test func `A named format decides for itself`() throws {
        #expect(try labelled("a.txt", "text,label\na,x\n", InputFormat(form: .csv)) == ["a|x"])
        #expect(try labelled("a.csv", "text\tlabel\na\tx\n", InputFormat(form: .tsv)) == ["a|x"])
        #expect(try labelled("a.csv", lines, InputFormat(form: .jsonl)) == ["a|x", "b|2"])
        #expect(try labelled("a.csv", lines, InputFormat(form: .json)) == ["a|x", "b|2"])
        #expect(try labelled("a.csv", array, InputFormat(form: .json)) == ["a]}\"|x", "b|2"])
        #expect(try warnings("a.csv", array, InputFormat(form: .json)) == [])
        #expect(try complaint("a.json", array, InputFormat(form: .jsonl)).hasPrefix("a.json: record 1, line 1, column 2: is not a JSON"))
        #expect(try complaint("a.csv", "a\n", InputFormat(form: .lines)).hasPrefix("a.csv: is plain text, labelled rows need"))
    }

    @Test func `A single object over several lines is an error in a JSON file`() throws {
        let needed = "its first JSON object goes on after its line, needs an object per line or an array of objects"
        for name in ["a.json", "a.jsonl"] { #expect(try complaint(name, "{\n  \"text\": \"a\"\n}\n") == "\(name): \(needed)") }
        #expect(try complaint("a.json", "{\"text\": {\"0\": \"a\"}}", wantsLabels: false).hasSuffix("'text' is an object, needs a string"))
        #expect(try complaint("a.json", "text,label\n").hasSuffix("is not a JSON object: it must begin with '{'"))
        #expect(try texts("a.txt", "{\n  \"text\": \"a\"\n}\n").count == 1)
    }

    @Test func `A damaged array is named by what is wrong and where`() throws {
        let cases = [
            (
                "[{\"text\":\"é\"} {\"text\":\"b\"}]",
                "record 2, line 1, column 15: is not an array of JSON objects: an object needs ',' or ']'"
            ),
            ("[{\"text\":\"a\"},\n 5]", "record 2, line 2, column 2: is not an array of JSON objects: each element must be an object"),
            ("[{\"text\":\"a\"},]", "record 2, line 1, column 15: is not an array of JSON objects: each element must be an object"),
            ("[{\"text\":\"a\"}]\n\nx", "record 2, line 3, column 1: is not an array of JSON objects: there is more after the closing ']'"),
            ("[{\"text\":\"a\"}", "record 2, line 1, column 14: is not an array of JSON objects: the closing ']' is missing"),
            ("[{\"text\":\"a\"},", "record 2, line 1, column 15: is not an array of JSON objects: the closing ']' is missing"),
            ("[{\"text\":\"a\"},{\"text\":\"b]", "record 2, line 1, column 15: is not an array of JSON objects: an object is never closed"),
            ("[{\"text\":\"a\"},\n{\"text\" \"b\"}]", "record 2, line 2, column 9: is not a JSON object: a key needs ':' after it"),
            ("[{\"text\":\"a\"}, {\"text\":\"\\x\"}]", "record 2, line 1, column 25: is not a JSON object: there is no such escape"),
            ("[1]", "record 1, line 1, column 2: is not an array of JSON objects: each element must be an object"),
        ]
        for (content, said) in cases {
            #expect(try complaint("a.json", content, wantsLabels: false).hasPrefix("a.json: \(said)"), "\(content)")
        }
        #expect(try texts("a.json", "[]") == [])
        // An object that is closed but not valid can be left out.
        let format = InputFormat(skipsBadRows: true)
        #expect(try texts("a.json", "[{\"text\":1},{\"text\":\"b\"},{\"text\" 1}, {\"text\":\"c\"}]", format) == ["b", "c"])
        #expect(try complaint("a.json", "[{\"text\":\"a\"} 5]", format, wantsLabels: false) != "")
    }

    @Test func `A long array is read in constant memory`() throws {
        let object = "{\"text\": \"\(String(repeating: "a word ", count: 20))\"}"
        let content = Array(("[" + Array(repeating: object, count: 20_000).joined(separator: ",") + "]").utf8)
        // Longer than a record may be.
        #expect(try documents("a.json", content, InputFormat(longestRecord: 1000), chunk: 500).count == 20_000)
    }
}
