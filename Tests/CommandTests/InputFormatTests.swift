import Foundation
import TenorDamage
import Testing

/// How content, names and options decide what the program reads.
@Suite struct InputFormatTests {
    private let program: Program

    init() throws { program = try Program() }

    private func lines(_ texts: String...) async throws -> String {
        try await program.run("tokenize --model", Fixture.base, input: texts.map { $0 + "\n" }.joined()).output
    }

    @Test func `Standard input is read as what it is or as what an option says`() async throws {
        let wanted = try await lines("good", "bad")
        for (format, input) in [
            ("csv", "text,label\ngood,1\nbad,2\n"), ("csv", "label;text\n1;good\n2;bad\n"), ("tsv", "text\tlabel\ngood\t1\nbad\t2\n"),
            ("jsonl", "{\"text\": \"good\"}\n{\"text\": \"bad\"}\n"), ("json", "[{\"text\": \"good\"},\n{\"text\": \"bad\"}]"),
            ("auto", "[{\"text\": \"good\"},\n{\"text\": \"bad\"}]"), ("auto", "{\"text\": \"good\"}\n{\"text\": \"bad\"}\n"),
            ("auto", "good\nbad\n"), ("lines", "good\nbad\n"), ("auto", "\u{FEFF}good\nbad"),
        ] {
            let run = try await program.run("tokenize --model \(Fixture.base) --input-format", format, input: input)
            #expect(run.status == 0 && run.output == wanted, "\(format): \(run.messages)")
        }
        let object = try await program.run("tokenize --input-format lines --model", Fixture.base, input: "{\"text\": \"good\"}\n")
        #expect(try await object.output != lines("good") && object.messages == "")
    }

    @Test func `A header on standard input is pointed out and still answered`() async throws {
        let run = try await program.run("tokenize --model", Fixture.base, input: "text,label\ngood,1\n")
        #expect(run.status == 0 && run.lines.count == 2)
        let said = "standard input: its first line looks like the header of a table, each line is read as a text; --input-format"
        #expect(run.messages == "\(said) csv reads rows\n")
        let other = try await program.run("tokenize --text-column comment --model", Fixture.base, input: "id\tComment\n1\tgood\n")
        #expect(other.messages == "\(said) tsv reads rows\n")
        let lines = try await program.run("tokenize --lines --model", Fixture.base, input: "text,label\ngood,1\n")
        #expect(lines.messages == "")
        for input in ["text\ngood\n", "a text, and more\n", "id,comment\n1,good\n"] {
            #expect(try await program.run("tokenize --model", Fixture.base, input: input).messages == "")
        }
        let named = try await program.run("tokenize --input-format lines --model", Fixture.base, input: "text,label\n")
        #expect(named.messages == "")
    }

    @Test func `Compressed files and standard input are decompressed`() async throws {
        try program.write(gzipped(Array("text,label\ngood,1\nbad,2\n".utf8)), to: "a.csv.gz")
        try program.write(xzipped(Array("good\nbad\n".utf8)), to: "b.txt.xz")
        let wanted = try await lines("good", "bad")
        #expect(try await program.run("tokenize a.csv.gz --model", Fixture.base).messages == "")
        let gzip = try await program.run("tokenize a.csv.gz --format jsonl --model", Fixture.base)
        let plain = try await program.run("tokenize - --format jsonl --model", Fixture.base, input: "good\nbad\n")
        #expect(gzip.output == plain.output.replacingOccurrences(of: "\"-\"", with: "\"a.csv.gz\""))
        let piped = try program.start(
            "tokenize --model", [Fixture.base], from: FileHandle(forReadingAtPath: program.path("b.txt.xz"))!)
        #expect(try await piped.end().output == wanted)
        try program.write(Array(gzipped(Array("text\ngood\n".utf8)).dropLast(4)), to: "cut.csv.gz")
        let cut = try await program.run("tokenize cut.csv.gz --model", Fixture.base)
        #expect(cut.status == 65)
        #expect(cut.error == "tenor: cut.csv.gz: its gzip data is cut short, the whole file is needed")
    }

    @Test func `A delimiter is detected with a message, or named`() async throws {
        try program.write("text;label\ngood, really;1\n", to: "a.csv")
        let found = try await program.run("tokenize a.csv --model", Fixture.base)
        #expect(found.status == 0)
        #expect(found.messages == "a.csv: its delimiter is ';', not ',', it is read as such; --delimiter names another\n")
        for delimiter in [";", "|", "tab", ":", " "] {
            let separator = delimiter == "tab" ? "\t" : delimiter
            try program.write("text\(separator)label\ngood\(separator)1\n", to: "b.csv")
            let named = try await program.run("tokenize b.csv --model \(Fixture.base) --delimiter", delimiter)
            #expect(named.status == 0 && named.messages == "" && named.lines.count == 1, "\(delimiter): \(named.messages)")
        }
        try program.write("text^label\ngood^1\n", to: "c.csv")
        let unknown = try await program.run("tokenize c.csv --model", Fixture.base)
        #expect(unknown.status == 65)
        #expect(
            unknown.error == "tenor: c.csv: has no column 'text', its columns are 'text^label'; --delimiter names another delimiter")
    }

    @Test(arguments: [
        ["--delimiter", ""], ["--delimiter", "ab"], ["--delimiter", "\""], ["--delimiter", "é"], ["--input-format", "xml"],
        ["--lines", "--input-format", "csv"], ["--delimiter", ";", "--input-format", "json"],
    ])
    func `Wrong options are wrong usage`(options: [String]) async throws {
        let run = try program.start("tokenize --model x", options, from: FileHandle.nullDevice)
        let end = try await run.end()
        #expect(end.status == 64 && end.messages.split(separator: "\n").count == 1, "\(options): \(end.messages)")
    }

    @Test func `JSON rows of any name are answered one by one`() async throws {
        let content = "{\"text\": \"good\", \"label\": \"a\"}\n{\"text\": \"bad\", \"label\": \"b\"}\n"
        for name in ["a.json", "a.ndjson", "a.txt"] {
            try program.write(content, to: name)
            let run = try await program.run("tokenize \(name) --model", Fixture.base)
            #expect(run.status == 0 && run.lines.count == 2)
            let said = "a.txt: holds a JSON object per line, each is read as a row; --input-format lines reads lines as texts\n"
            #expect(run.messages == (name == "a.txt" ? said : ""))
        }
        #expect(try await program.run("tokenize a.txt --quiet --model", Fixture.base).messages == "")
    }

    @Test func `A workbook and a Git LFS pointer are bad data`() async throws {
        try program.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", to: "a.csv")
        let pointer = try await program.run("tokenize a.csv --model", Fixture.base)
        #expect(pointer.status == 65)
        #expect(pointer.messages == "tenor: a.csv: is a Git LFS pointer, the file itself is needed: git lfs pull\n")
        let run = try await program.run("tune a.csv --output out --model", Fixture.base)
        #expect(run.status == 65 && run.error == pointer.error && !program.exists("out"))
    }

    @Test func `A header among labelled rows stops tuning`() async throws {
        try program.write("text,label\na,x\nb,y\n\u{FEFF}text,label\nc,x\n", to: "a.csv")
        let run = try await program.run("tune a.csv --output out --model", Fixture.base)
        #expect(run.status == 65)
        #expect(run.error == "tenor: a.csv: record 3, line 4: repeats the header, needs a row (were tables joined?)")
        let texts = try await program.run("tokenize a.csv --model", Fixture.base)
        #expect(texts.status == 0 && texts.lines.count == 4)
        #expect(texts.messages == "a.csv: record 3, line 4: repeats the header, it is read as a row\n")
    }
}
