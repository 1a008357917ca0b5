import Foundation
import Testing

@Suite struct ClassifyTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    @Test func `Lines of standard input are answered in their order, each with source, label and probability`() async throws {
        let run = try await program.run("classify --model", model, input: "The soup was warm.\n\nOur guide was rude.\nno line end")
        #expect(run.status == 0)
        #expect(run.lines.count == 3)
        for line in run.lines {
            let fields = line.split(separator: "\t")
            #expect(fields.count == 3 && fields[0] == "-" && ["good", "bad"].contains(fields[1]))
            let probability = try #require(Double(fields[2]))
            #expect((0.5...1).contains(probability) && fields[2].count == 6)
        }
    }

    @Test func `A jsonl line has the keys that are promised, in their order`() async throws {
        let run = try await program.run(
            "classify - --format jsonl --logits --model", model, input: "The soup was warm.\nMy room was cold.\n")
        let keys =
            #"^\{"source": "-", "row": 1, "label": "\w+", "probability": [0-9.e-]+, "probabilities": \{"bad": [0-9.e-]+, "good": [0-9.e-]+\}, "#
        #expect(
            run.lines[1].range(of: keys + #""logits": \[[0-9.e-]+, [0-9.e-]+\], "truncated": 0\}$"#, options: .regularExpression) != nil)
        for object in try objects(run) {
            let logits = try #require(object["logits"] as? [Double])
            let probabilities = try #require(object["probabilities"] as? [String: Double])
            let scores = logits.map { exp($0) }
            #expect(abs(probabilities["good"]! - scores[1] / (scores[0] + scores[1])) < 1e-6)
            #expect(object["probability"] as? Double == probabilities.values.max())
            #expect(probabilities[try #require(object["label"] as? String)] == probabilities.values.max())
        }
    }

    @Test func `Csv has a header and one column for each label`() async throws {
        let run = try await program.run("classify --format csv --model", model, input: "The soup, warm.\n")
        #expect(run.lines[0] == "source,row,label,probability,bad,good")
        #expect(run.lines[1].split(separator: ",").count == 6)
        #expect(try await program.run("classify --format csv --model", model).output == "source,row,label,probability,bad,good\n")
    }

    @Test func `The K best labels come best first, without those below the threshold`() async throws {
        let text = "The soup was warm and kind.\n"
        let both = try await program.run("classify --top 2 --model", model, input: text)
        let probabilities = both.lines.map { Double($0.split(separator: "\t")[2])! }
        #expect(probabilities.count == 2 && probabilities[0] >= probabilities[1])
        #expect(try await program.run("classify --top 9 --threshold 0.5 --model", model, input: text).lines.count == 1)
        let best = try objects(try await program.run("classify --top 1 --format jsonl --model", model, input: text))
        #expect((best[0]["probabilities"] as? [String: Double])?.count == 1)
    }

    @Test func `Files of all kinds go by their endings`() async throws {
        try program.write("text,other\n\"The soup\nwas warm\",1\nMy room,2\n", to: "a.csv")
        try program.write("other\ttext\n1\t\"quotes\" stay\n", to: "b.tsv")
        try program.write("{\"text\": \"A film\", \"more\": [1]}\n\n{\"text\": \"\"}\n", to: "c.jsonl")
        try program.write("Two lines\nmake one text\n", to: "d.txt")
        let run = try await program.run("classify a.csv b.tsv c.jsonl d.txt - --model", model, input: "one\ntwo\n")
        #expect(run.status == 0)
        #expect(run.lines.map { $0.prefix { $0 != "\t" } } == ["a.csv", "a.csv", "b.tsv", "c.jsonl", "c.jsonl", "d.txt", "-", "-"])
        #expect(run.messages == "1 text without a word, and so without a label\n")
        #expect(try await program.run("classify d.txt --lines --model", model).lines.count == 2)
    }

    @Test func `Columns go by name, by number, and a header named 1 wins over the number`() async throws {
        try program.write("2,1,text\nbad,good,film\n", to: "a.csv")
        let named = try await program.run("tokenize a.csv --text-column 1 --model", Fixture.base)
        #expect(try await named.output == program.run("tokenize --model", Fixture.base, input: "good\n").output)
        let numbered = try await program.run("tokenize a.csv --text-column 3 --model", Fixture.base)
        #expect(try await numbered.output == program.run("tokenize --model", Fixture.base, input: "film\n").output)
        let joined = try await program.run("tokenize a.csv --text-column 1 --text-column 3 --model", Fixture.base)
        #expect(try await joined.output == program.run("tokenize --model", Fixture.base, input: "good film\n").output)
        let bare = try await program.run("tokenize a.csv --no-header --model", Fixture.base)
        #expect(try await bare.output == program.run("tokenize --model", Fixture.base, input: "2\nbad\n").output)
    }

    @Test(arguments: [
        ("utf8", [0xEF, 0xBB, 0xBF, 0x63, 0xC3, 0xA9]), ("latin1", [0x63, 0xE9]), ("windows-1252", [0x63, 0xE9]),
        ("utf16", [0xFF, 0xFE, 0x63, 0, 0xE9, 0]), ("utf16", [0xFE, 0xFF, 0, 0x63, 0, 0xE9]),
    ])
    func `The same characters are read from any encoding`(encoding: String, bytes: [UInt8]) async throws {
        try program.write(bytes, to: "a.txt")
        let run = try await program.run("tokenize a.txt --encoding \(encoding) --model", Fixture.base)
        #expect(try await run.output == program.run("tokenize --model", Fixture.base, input: "cé\n").output)
    }

    @Test func `A long text is cut, and that is said`() async throws {
        let text = String(repeating: "soup ", count: 100_000)
        let run = try await program.run("classify --format jsonl --model", model, input: text + "\n")
        #expect(try objects(run)[0]["truncated"] as? Int ?? 0 > 99_000)
        #expect(run.messages == "1 text truncated to 64 tokens; --max-length raises the limit, up to the model's\n")
        let pieces = try objects(try await program.run("tokenize --format jsonl --max-length 5 --model", Fixture.base, input: text))
        #expect((pieces[0]["ids"] as? [Int])?.count == 5 && (pieces[0]["pieces"] as? [String])?.last == "[SEP]")
    }

    @Test func `Tokenizing needs no weights`() async throws {
        for name in ["vocab.txt", "config.json", "tokenizer_config.json"] { try program.copy("\(Fixture.base)/\(name)", to: name) }
        let run = try await program.run("tokenize --format jsonl --model .", input: "ab\n")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("{\"source\": \"-\", \"row\": 0, \"ids\": ["))
        #expect(run.output.hasSuffix("\"[SEP]\"], \"truncated\": 0}\n"))
    }

    @Test func `Faulty rows are reported, counted and left out where that is asked for, and keep their numbers`() async throws {
        try program.write("text,label\none,1\ntwo\nthree,3\n", to: "a.csv")
        let run = try await program.run("classify a.csv --skip-bad-rows --format jsonl --model", model)
        #expect(run.status == 0)
        #expect(try objects(run).map { $0["row"] as? Int } == [0, 2])
        #expect(run.messages == "a.csv: record 2, line 3: has 1 field, needs 2\n1 invalid row left out\n")
        let quiet = try await program.run("classify a.csv --skip-bad-rows --quiet --model", model)
        #expect(quiet.messages == "" && quiet.lines.count == 2)
    }

    @Test func `What was answered before a invalid row is not lost`() async throws {
        try program.write("text\none\ntwo\n", to: "a.csv")
        let run = try await program.run("classify a.csv none.csv --model", model)
        #expect(run.status == 66)
        #expect(run.lines.count == 2)
        #expect(run.messages == "tenor: none.csv: no such file\n")
        try program.write("text,label\none,1\ntwo,2\nthree\n", to: "b.csv")
        let halfway = try await program.run("classify b.csv --model", model)
        #expect(halfway.status == 65)
        #expect(halfway.lines.count == 2)
    }

    @Test func `Any number of threads gives the same answers`() async throws {
        let text = (0..<200).map { "The soup number \($0) was \($0 % 3 == 0 ? "cold" : "warm").\n" }.joined()
        let one = try await program.run("classify --format jsonl --threads 1 --model", model, input: text)
        let two = try await program.run("classify --format jsonl --threads 2 --model", model, input: text)
        #expect(one.lines.count == 200)
        #expect(one.output == two.output)
        let rows = try objects(one).map { $0["row"] as? Int }
        #expect(rows == Array(0..<200))
    }

    @Test func `Only what this build computes in is accepted`() async throws {
        #expect(try await program.run("classify --precision fp32 --model", model, input: "a\n").status == 0)
        #expect(try await program.run("classify --precision fp7 --model", model, input: "a\n").status == 64)
    }

    @Test func `A full disk is an error, a closed pipe is none`() async throws {
        let full = try await program.run("classify --model", model, input: "a\n", output: "/dev/full")
        #expect(full.status == 74)
        #expect(full.messages == "tenor: standard output: not written: No space left on device\n")
        try program.write(String(repeating: "text\n", count: 20_000), to: "a.txt")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "\"$0\" tokenize a.txt --lines --model \"$1\" 2> errors | head -1", Program.binary.path, Fixture.base]
        shell.currentDirectoryURL = program.folder
        shell.standardOutput = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        #expect(try program.read("errors") == "")
    }

    @Test func `A slow writer is answered before its end`() async throws {
        let pipe = Pipe()
        let run = try program.start("classify --model", [model], from: pipe.fileHandleForReading)
        for count in 1...3 {
            try pipe.fileHandleForWriting.write(contentsOf: Data("The soup was warm.\n".utf8))
            try await run.answers { $0.count { $0 == "\n" } == count }
        }
        try pipe.fileHandleForWriting.close()
        #expect(try await run.end().lines.count == 3)
    }
}
