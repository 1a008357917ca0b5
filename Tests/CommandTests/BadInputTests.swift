import Foundation
import Testing

/// Each invalid input gives one clear line and the right exit status, and leaves no partial output behind.
@Suite struct BadInputTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(corpus: String = Fixture.opinions, base: String = Fixture.base, _ options: String = "") async throws -> Run {
        let before = try program.names
        let run = try await program.run(
            "tune --quiet --unfreeze none --head-fit stepped --epochs 1 --output out \(options) --model", base, corpus)
        #expect(run.output == "")
        #expect(run.messages.split(separator: "\n").count == 1)
        #expect(try program.names == before)
        return run
    }

    // MARK: - Corpora

    @Test(arguments: [
        ("text,label\na,x\nb,x\n", "all 2 rows are labelled 'x', tuning needs at least two labels"),
        ("text,label\na,x\nb,y,z\n", "record 2, line 3: has 3 fields, needs 2"),
        ("text,label\na,x\nb,\n", "record 2, line 3: the label is empty, needs a name"),
        ("text,label\na,\"x\nb,y\n", "record 1, line 2, column 3: a quote opens here and is never closed, needs a closing quote"),
        ("", "is empty, needs a header line that names the columns"),
        ("text,label\n", "has no rows, needs at least one"),
        ("words,label\na,x\n", "has no column 'text', its columns are 'words', 'label'"),
        ("text,class\na,x\n", "has no column 'label', its columns are 'text', 'class'"),
    ])
    func `A faulty table is named with what is there and what is needed`(content: String, said: String) async throws {
        try program.write(content, to: "a.csv")
        let run = try await tune(corpus: "a.csv")
        #expect(run.status == 65)
        #expect(run.messages == "tenor: a.csv: \(said)\n")
    }

    @Test func `Another encoding is named with the place of its first byte`() async throws {
        try program.write(Array("text,label\ncaf".utf8) + [0xE9] + Array(",x\nb,y\n".utf8), to: "a.csv")
        let run = try await tune(corpus: "a.csv")
        #expect(run.status == 65)
        #expect(
            run.error.hasPrefix("tenor: a.csv: record 1, line 2, column 4: byte 0xE9 is not valid UTF-8, another encoding needs naming"))
        #expect(run.error.hasSuffix("; try --encoding windows-1252"))
        #expect(try await program.run("tokenize a.csv --encoding windows-1252 --model", Fixture.base).lines.count == 2)
    }

    @Test func `What is not there, is a folder or is plain text is no corpus`() async throws {
        #expect(try await tune(corpus: "none.csv").error == "tenor: none.csv: no such file")
        #expect(try await tune(corpus: "none.csv").status == 66)
        let folder = "is a directory, needs to be a file, or hold tables, JSON files, or a folder of .txt files for each label"
        #expect(try await tune(corpus: ".").error == "tenor: .: \(folder)")
        #expect(try await tune(corpus: ".").status == 66)
        try program.write("text", to: "a.txt")
        let plain = try await tune(corpus: "a.txt")
        #expect(plain.status == 65)
        #expect(
            plain.error
                == "tenor: a.txt: is plain text, labelled rows need a .csv, .tsv, .jsonl or .json file; --input-format names the format of others"
        )
    }

    @Test func `A dev label that the corpus does not have is an error`() async throws {
        try program.write("text,label\na,good\nb,fair\n", to: "dev.csv")
        let run = try await tune("--dev dev.csv")
        #expect(run.status == 65)
        #expect(run.error == "tenor: dev.csv: record 2, line 3: the label is 'fair', needs one of 'bad', 'good'")
    }

    @Test func `A jsonl line that is none is named with its place`() async throws {
        try program.write("{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": 1, \"label\": \"y\"}\n", to: "a.jsonl")
        let run = try await tune(corpus: "a.jsonl")
        #expect(run.status == 65)
        #expect(run.error.hasPrefix("tenor: a.jsonl: record 2, line 2: 'text' is "))
    }

    // MARK: - Models

    private func base(_ change: (inout Data) throws -> Void = { _ in }) throws -> Data {
        try program.copy(Fixture.base, to: "base")
        var weights = try program.bytes("base/model.safetensors")
        try change(&weights)
        try weights.write(to: program.folder.appending(path: "base/model.safetensors"))
        return weights
    }

    private func refusal() async throws -> Run {
        let run = try await tune(base: "base")
        #expect(run.status == 65)
        // Classifying alone gives the same.
        #expect(try await program.run("classify --model base", input: "a\n").status == 65)
        return run
    }

    @Test func `Weights that are no numbers are refused`() async throws {
        _ = try base { $0.replaceSubrange($0.count / 2..<$0.count / 2 + 8, with: [0, 0, 0xC0, 0x7F, 0, 0, 0xC0, 0x7F]) }
        #expect(
            try await refusal().error
                == "tenor: base: 'embeddings.word_embeddings.weight' holds NaN or infinity, weights must be finite numbers")
    }

    @Test func `A classifier that answers with no number is refused`() async throws {
        try program.copy(try await Fixture.classifier(), to: "tuned")
        var weights = try program.bytes(program.encoder("tuned", "model.safetensors"))
        let header = 8 + Int(weights.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        for at in stride(from: header, to: weights.count, by: 4) { weights.replaceSubrange(at..<at + 4, with: [0, 0, 0xC0, 0x7F]) }
        try weights.write(to: program.folder.appending(path: program.encoder("tuned", "model.safetensors")))
        for run in [
            try await program.run("classify --format jsonl --model tuned", input: "a\n"),
            try await program.run("evaluate --json m.json --model tuned", Fixture.opinions),
        ] {
            #expect(run.status == 65)
            #expect(run.output == "")
            #expect(run.error.hasPrefix("tenor: tuned: '"))
            #expect(run.error.hasSuffix("' holds NaN or infinity, weights must be finite numbers"))
        }
        #expect(!program.exists("m.json"))
    }

    @Test func `A number that is not finite is noticed in every tensor and every precision, and the tensor is named`() async throws {
        try program.copy(try await Fixture.classifier(), to: "tuned")
        let weights = try program.bytes(program.encoder("tuned", "model.safetensors"))
        let start = 8 + Int(weights.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        let header = try #require(try JSONSerialization.jsonObject(with: weights[8..<start]) as? [String: Any])
        for (index, (name, tensor)) in header.sorted(by: { $0.key < $1.key }).enumerated() where name != "__metadata__" {
            let range = try #require((tensor as? [String: Any])?["data_offsets"] as? [Int])
            var broken = weights
            // In the token embeddings only the rows of the text's tokens matter; elsewhere one number is enough.
            let places = stride(from: range[0], to: name.contains("word_embeddings") ? range[1] : range[0] + 4, by: 4)
            let bad: [UInt8] = index % 2 == 0 ? [0, 0, 0xC0, 0x7F] : [0, 0, 0x80, 0xFF]
            for at in places { broken.replaceSubrange(start + at..<start + at + 4, with: bad) }
            try broken.write(to: program.folder.appending(path: program.encoder("tuned", "model.safetensors")))
            for precision in ["fp32", "bf16", "int8"] {
                let run = try await program.run("classify --model tuned --precision", precision, input: "The soup was cold.\n")
                if run.status == 69 { continue }
                let isNamed = run.error.contains("'\(name)' holds NaN or infinity")
                #expect(run.status == 65 && isNamed, "\(name) in \(precision): \(run.messages)")
            }
            guard name.hasSuffix("query.weight") else { continue }
            for command in ["evaluate --precision int8 --model tuned", "quantize --max-loss 100 --output small --model tuned"] {
                let run = try await program.run(command, Fixture.opinions)
                let isNamed = run.error.contains("'\(name)' holds NaN or infinity")
                #expect(run.status == 69 || run.status == 65 && isNamed, "\(run.messages)")
            }
        }
        #expect(!program.exists("small"))
    }

    @Test func `A weight file that is cut short is refused`() async throws {
        _ = try base { $0.removeLast(100) }
        #expect(try await refusal().error.hasSuffix("the file may be cut short"))
    }

    @Test func `A header longer than its file is refused`() async throws {
        _ = try base { $0.replaceSubrange(0..<8, with: [0, 0, 0, 0, 1, 0, 0, 0]) }
        #expect(try await refusal().error.contains("the header is said to have 4294967296 bytes, the file leaves "))
    }

    @Test func `A family that is not known is refused with those that are`() async throws {
        _ = try base()
        try program.write("{\"model_type\": \"llama\"}", to: "base/config.json")
        let run = try await refusal()
        #expect(run.error.contains("'model_type' is 'llama', which is no encoder family known here; known are "))
    }

    @Test func `A config that is no JSON, and sizes that the weights contradict, are refused`() async throws {
        _ = try base()
        let right = try program.read("base/config.json")
        try program.write("{", to: "base/config.json")
        #expect(try await refusal().error.contains("config.json: "))
        try program.write(right.replacingOccurrences(of: "\"hidden_size\": 32", with: "\"hidden_size\": 64"), to: "base/config.json")
        #expect(try await refusal().error.contains("this model needs [1162, 64]"))
    }

    @Test func `A folder that is not there, is a file or holds no model is no base`() async throws {
        #expect(try await tune(base: "none").error == "tenor: none: is not there, a model folder is needed")
        #expect(try await tune(base: "none").status == 66)
        try program.write("x", to: "file")
        #expect(try await tune(base: "file").error == "tenor: file: is a file, a folder is needed")
        try FileManager.default.createDirectory(atPath: program.path("hollow"), withIntermediateDirectories: true)
        let hollow = try await tune(base: "hollow")
        #expect(hollow.status == 66)
        #expect(hollow.error == "tenor: hollow/config.json: is not there, the description of a model is needed")
        for command in ["classify", "inspect", "tokenize", "evaluate a.csv"] {
            let run = try await program.run(command == "inspect" ? "inspect none" : "\(command) --model none")
            #expect(run.status == 66, "\(command)")
            #expect(run.messages == "tenor: none: is not there, a model folder is needed\n")
        }
    }

    @Test func `A base without a tokenizer is refused`() async throws {
        _ = try base()
        try FileManager.default.removeItem(atPath: program.path("base/vocab.txt"))
        let run = try await tune(base: "base")
        #expect(run.status == 65)
        #expect(run.error == "tenor: base: has no vocab.txt and no tokenizer.json, one of which BertTokenizer needs")
    }

    @Test func `A base cannot classify`() async throws {
        let run = try await program.run("classify --model", Fixture.base, input: "a\n")
        #expect(run.status == 65)
        #expect(run.messages == "tenor: \(Fixture.base): is a base without a classifier for its labels, a tuned model is needed\n")
    }
}
