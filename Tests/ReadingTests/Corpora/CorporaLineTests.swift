import Foundation
import TenorReading
import Testing

@Suite struct CorporaLineTests {
    @Test func aPlainFileIsOneDocumentAsItStands() throws {
        for chunk in [1, 3, 1 << 18] {
            #expect(try texts("a.txt", "one\r\n\ntwo \"quoted\", é\n", chunk: chunk) == ["one\r\n\ntwo \"quoted\", é\n"])
        }
        #expect(try texts("noending", "") == [""])
    }

    @Test func eachLineCanBeADocumentAndBlankOnesAreSkipped() throws {
        let format = InputFormat(linesAreDocuments: true)
        for chunk in [1, 2, 1 << 18] {
            let rows = try documents("a.log", Array("one\r\n\n\r\n\"two\",\tx\n three".utf8), format, chunk: chunk)
            #expect(rows.map(\.text) == ["one", "\"two\",\tx", " three"])
            #expect(rows.map(\.row) == [0, 1, 2])
            #expect(rows.map(\.line) == [1, 4, 5])
        }
        #expect(try texts("a.log", "", format) == [])
    }

    @Test func jsonLinesGoByKey() throws {
        let content = """
            {"text": "good \\"film\\"\\n\\u00e9\\ud83d\\ude00\\/", "label": "pos", "more": [1, {"text": [null, true, -1.5e+3, ""]}, []]}

            {"label":-1.50, "a":{}, "text":"é"}\r
            {"label" : true , "text" : "" }
            """
        for chunk in [1, 5, 1 << 18] {
            #expect(try labelled("a.jsonl", content, chunk: chunk) == ["good \"film\"\né😀/|pos", "é|-1.50", "|true"])
        }
        let format = InputFormat(textColumns: ["a", "b", "a"], labelColumns: ["y"])
        #expect(try labelled("a.jsonl", #"{"a": "x", "y": 1, "b": "z", "text": 5}"#, format) == ["x z x|1"])
        #expect(try labelled("a.jsonl", #"{"1": "x", "label": "é"}"#, InputFormat(textColumns: ["1"])) == ["x|é"])
        #expect(try texts("a.jsonl", #"{"text": "x", "label": null}"#) == ["x"])
    }

    @Test func otherEncodingsAreReadAsTheSameText() throws {
        let content = "text,label\n\"caf\u{e9}, \u{fc}ber\",x\n"
        let rows = ["caf\u{e9}, \u{fc}ber|x"]
        let latin = content.unicodeScalars.map { UInt8($0.value) }
        let little = content.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = content.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        for chunk in [1, 2, 3, 1 << 18] {
            for (bytes, encoding) in [
                (latin, TextEncoding.latin1), (latin, .windows1252), (little, .utf16), ([0xFF, 0xFE] + little, .utf16),
                ([0xFE, 0xFF] + big, .utf16),
            ] {
                let found = try documents("a.csv", bytes, InputFormat(encoding: encoding), wantsLabels: true, chunk: chunk)
                #expect(found.map { "\($0.text)|\($0.label ?? "")" } == rows)
            }
        }
        let wide = Array("text\n😀 漢\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try documents("a.csv", wide, InputFormat(encoding: .utf16), chunk: 1).map(\.text) == ["😀 漢"])
    }

    @Test func everyByteOfLatin1AndWindows1252HasItsCharacter() throws {
        let bytes = (UInt8(1)...255).filter { ![10, 13, 0x81, 0x8D, 0x8F, 0x90, 0x9D].contains($0) }
        for (encoding, foundation) in [(TextEncoding.latin1, String.Encoding.isoLatin1), (.windows1252, .windowsCP1252)] {
            let text = try #require(String(bytes: bytes, encoding: foundation))
            #expect(try documents("a.txt", bytes, InputFormat(encoding: encoding)).map(\.text) == [text])
        }
    }

    @Test func aLineFromAPipeIsGivenOutBeforeTheNextIsWritten() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tenor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        func put(_ line: String) {
            let bytes = Array((line + "\n").utf8)
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        }
        // Opening waits for the first line, which may say how to read.
        put("a")
        var reader = try DocumentReader(path, InputFormat(linesAreDocuments: true))
        #expect(try reader.next()?.text == "a")
        put("second")
        #expect(try reader.next()?.text == "second")
    }
}
