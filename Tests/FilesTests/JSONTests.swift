import TenorDamage
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

@Suite struct JSONTests {
    private func problem(_ text: String) -> JSON.Fault.Problem? {
        do throws(JSON.Fault) {
            _ = try JSON(parsing: text)
            return nil
        } catch { return error.problem }
    }

    @Test func `Every kind of value is read`() throws {
        let number = try JSON(parsing: "-0.5e+3")
        let json = try JSON(parsing: #" {"a": [null, true, false, -0.5e+3, 12], "b": {"c": "d"}, "": []} "#)
        #expect(json == ["a": [.null, true, false, number, 12], "b": ["c": "d"], "": []])
        #expect(json["a"]?.array?[3].double == -500)
        #expect(json["a"]?.array?[4].int == 12)
        #expect(json["a"]?.array?[3].int == nil)
        #expect(json["b"]?["c"]?.string == "d")
        #expect(json["z"] == nil)
    }

    @Test func `Members keep their order and numbers their literal`() throws {
        let text = #"{"z":1e-12,"a":0.10,"m":123456789012345678901234567890,"é":[1,2.0]}"#
        #expect(try JSON(parsing: text).serialized() == text)
    }

    @Test func `Pretty text is indented by two spaces as transformers writes it`() throws {
        let json: JSON = ["id2label": ["0": "no", "1": "yes"], "eps": 1e-12, "list": [1, 2], "none": [], "nothing": [:]]
        let text = """
            {
              "id2label": {
                "0": "no",
                "1": "yes"
              },
              "eps": 1e-12,
              "list": [
                1,
                2
              ],
              "none": [],
              "nothing": {}
            }
            """
        #expect(json.serialized(.indented) == text)
        #expect(try JSON(parsing: text) == json)
    }

    @Test func `Escapes are read and written`() throws {
        #expect(try JSON(parsing: #""\" \\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00""#).string == "\" \\ / \u{8}\u{C}\n\r\t é 😀")
        let string = "quote \" backslash \\ tab \t null \0 escape \u{1B} é 😀"
        #expect(JSON.string(string).serialized() == #""quote \" backslash \\ tab \t null \u0000 escape \u001b é 😀""#)
        #expect(try JSON(parsing: JSON.string(string).serialized()).string == string)
    }

    @Test func `Setting a member keeps its place, and nil removes it`() {
        var object: JSON.Object = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        #expect(JSON.object(object).serialized() == #"{"a":3,"c":4}"#)
    }

    @Test func `A key that stands twice is an error, in small objects and in large ones`() {
        #expect(problem(#"{"a": 1, "b": 2, "a": 1}"#) == .duplicateKey("a"))
        let many = (0..<40).map { "\"k\($0)\": 0" }.joined(separator: ",")
        #expect(problem("{\(many)}") == nil)
        #expect(problem("{\(many), \"k3\": 0}") == .duplicateKey("k3"))
        #expect(problem(#"{"\u0061": 1, "a": 1}"#) == .duplicateKey("a"))
    }

    @Test(.timeLimit(.minutes(1)), .disabled(if: isSanitized)) func `Many labels are looked up and set in the time of their number`() throws
    {
        let labels = (0..<300_000).map { "label \($0)" }
        var configuration = Configuration(file: "config.json", json: [:])
        configuration.setLabels(labels)
        #expect(try configuration.labels == labels)
        let read = try #require(try JSON(parsing: JSON.object(configuration.json).serialized()).object)
        #expect(try Configuration(file: "config.json", json: read).labels == labels)
    }

    @Test func `A large object is the same as a small one after members are set and removed`() {
        var random = Randomness(seed: 1)
        var object = JSON.Object()
        var judge: [String: Int] = [:]
        for step in 0..<2000 {
            let key = String(Int.random(in: 0..<60, using: &random))
            if Bool.random(using: &random) {
                object[key] = .number(JSON.Number(step))
                judge[key] = step
            } else {
                object[key] = nil
                judge[key] = nil
            }
            #expect(object.members.count == judge.count)
            for key in 0..<60 { #expect(object[String(key)]?.int == judge[String(key)]) }
        }
    }

    @Test func `Keys that only look alike are different`() throws {
        let json = try JSON(parsing: "{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        #expect(json["\u{E9}"]?.int == 1)
        #expect(json["e\u{301}"]?.int == 2)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,", "{\"a\"", "{\"a\":", "\"abc", "\"\\", "\"\\u12", "tru", "-", "1.", "1e", "[1", "{\"a\":1,",
    ])
    func `A text that ends within a value is an error`(_ text: String) {
        #expect(problem(text) == .endsEarly)
    }

    @Test(arguments: [
        ("{} {}", JSON.Fault.Problem.trailingText), ("[1,]", .unexpected(needed: "a value")),
        ("{a: 1}", .unexpected(needed: "a key in quotes")),
        ("{\"a\" 1}", .unexpected(needed: "':'")), ("[1 2]", .unexpected(needed: "',' or ']'")),
        ("{\"a\": 1 \"b\"}", .unexpected(needed: "',' or '}'")), ("nul!", .unexpected(needed: "'null'")),
        ("NaN", .unexpected(needed: "a value")),
        ("-Infinity", .badNumber), ("01", .trailingText), ("1.e5", .badNumber), (".5", .unexpected(needed: "a value")),
        ("+1", .unexpected(needed: "a value")), ("1e999", .numberOutOfRange), ("\"\n\"", .controlCharacter), (#""\x""#, .badEscape),
        (#""\u12g4""#, .badEscape), (#""\ud800""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate),
        ("\u{FEFF}{}", .byteOrderMark), ("'a'", .unexpected(needed: "a value")), ("[1] // x", .trailingText),
    ])
    func `What is not JSON is an error of its own`(_ text: String, _ expected: JSON.Fault.Problem) {
        #expect(problem(text) == expected)
    }

    @Test func `A number of more digits than a Double holds is an error`() {
        #expect(problem(String(repeating: "9", count: 400)) == .numberOutOfRange)
        #expect(problem(String(repeating: "9", count: 300)) == nil)
    }

    @Test func `A string that is not UTF-8 is an error`() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22],
        ] {
            #expect(throws: JSON.Fault(line: 1, column: 1, problem: .notUTF8)) { try bytes.withUnsafeBytes { try JSON(parsing: $0) } }
        }
    }

    @Test func `Nesting is limited, so that no text overflows the stack`() {
        let limit = JSON.depthLimit
        #expect(problem(String(repeating: "[", count: limit) + String(repeating: "]", count: limit)) == nil)
        #expect(problem(String(repeating: "[", count: limit + 1)) == .tooDeep(limit: limit))
        #expect(problem(String(repeating: "{\"a\":", count: 1_000_000)) == .tooDeep(limit: limit))
    }

    @Test func `A fault says where it is`() throws {
        let fault = #expect(throws: JSON.Fault.self) { try JSON(parsing: "{\n  \"a\": 1,\n  \"b\": tru\n}") }
        #expect(fault?.description == "line 3, column 11: 'true' is needed here")
    }

    @Test func `A file that is not JSON is named`() throws {
        let folder = try TemporaryFolder()
        try ReplacingFile.write("{]".utf8, to: folder("config.json"))
        let error = #expect(throws: FileError.self) { try JSON(readingFile: folder("config.json")) }
        #expect(error?.description == "config.json: not JSON: line 1, column 2: a key in quotes is needed here")
    }
}
