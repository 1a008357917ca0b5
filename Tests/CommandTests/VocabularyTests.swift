import Foundation
import Testing

@Suite struct VocabularyTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test func `A vocabulary is trained, a base moved onto it, and the result tuned`() async throws {
        let trained = try await program.run("vocabulary --size 100 --output own.model", Fixture.opinions)
        #expect(trained.status == 0, "\(trained.messages)")
        #expect(trained.output.hasPrefix("own.model: 100 pieces, "))
        #expect(trained.messages == "training 100 pieces on 80 sentences\n")
        let recipe = try #require(try JSONSerialization.jsonObject(with: program.bytes("own.json")) as? [String: Any])
        #expect(recipe["sources"] as? [String] == ["opinions.csv"])
        #expect(trained.output.contains(try #require(recipe["sha256"] as? String)))

        let moved = try await program.run("transplant --vocabulary own.model --output moved --model", Fixture.base)
        #expect(moved.status == 0, "\(moved.messages)")
        #expect(moved.output.hasPrefix("moved: 100 pieces: "))
        #expect(try await program.run("transplant --vocabulary own.model --output moved --model", Fixture.base).status == 73)
        let pieces = try await program.run("tokenize --model moved", input: "The soup [MASK]\n")
        #expect(pieces.output.hasPrefix("[CLS](") && !pieces.output.contains("[MASK]("))

        let tuned = try await program.run(
            "tune --unfreeze none --head-fit stepped --epochs 1 --model moved --output tuned", Fixture.opinions)
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(try program.names == ["own.model", "own.json", "moved", "tuned"])
    }

    @Test func `A vocabulary is not overwritten, and its name says what it is`() async throws {
        try program.write("mine", to: "own.json")
        let run = try await program.run("vocabulary --size 100 --output own.model", Fixture.opinions)
        #expect(run.status == 73)
        #expect(run.messages == "tenor: own.json: exists already; name another place, or allow replacing it with --force\n")
        #expect(try await program.run("vocabulary --size 100 --output own", Fixture.opinions).status == 64)
        #expect(try program.names == ["own.json"])
    }

    @Test func `Inspecting says the same in words and in JSON`() async throws {
        let text = try await program.run("inspect", Fixture.base)
        #expect(text.output.contains("parameters    57,570\n"))
        #expect(text.output.contains("labels        none: this is a base, without a classifier\n"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(try await program.run("inspect --json", Fixture.base).output.utf8))
                as? [String: Any])
        #expect(json["parameters"] as? Int == 57570 && json["layers"] as? Int == 2 && json["labels"] as? [String] == [])
        // Which tokenizer is used, and why.
        let tokenizer = "BERT WordPiece (uncased, accents stripped), 1162 tokens"
        let reasons = ["tokenizer_config.json names the class BertTokenizer", "vocab.txt holds its vocabulary"]
        let padding = String(repeating: " ", count: 14)
        #expect(text.output.contains("\ntokenizer     \(tokenizer)\n\(padding)\(reasons[0])\n\(padding)\(reasons[1])\nlabels "))
        #expect(json["tokenizer"] as? String == tokenizer && json["tokenizer_reasons"] as? [String] == reasons)
        #expect(json["tokenizer_conflict"] is NSNull)
    }

    @Test func `A tokenizer json that contradicts the vocabulary is reported where a model is looked at and where it is tuned`()
        async throws
    {
        try program.copy(Fixture.base, to: "base")
        try program.write(#"{"model": {"type": "WordPiece", "vocab": {"[PAD]": 1}}}"#, to: "base/tokenizer.json")
        let said = "tokenizer.json has '[PAD]' for id 1, vocab.txt has '[UNK]'; vocab.txt counts here, and one of the two is wrong"
        #expect(try await program.run("inspect base").output.contains("\(said)\n"))
        #expect(
            try await program.run("tune --unfreeze none --head-fit stepped --epochs 1 --output tuned --model base", Fixture.opinions)
                .messages.contains("\(said)\n"))
    }

    @Test func `What a folder calls its labels or its family does not reach the terminal as it is`() async throws {
        try program.copy(Fixture.base, to: "base")
        let right = try program.read("base/config.json")
        let name = #"a\n\u001b[2Jb"#
        try program.write(right.replacing("\"model_type\": \"bert\"", with: "\"model_type\": \"\(name)\""), to: "base/config.json")
        let refused = try await program.run("inspect base")
        #expect(refused.status == 65 && refused.messages.contains(#"'a\n\u{1b}[2Jb'"#))
        try program.write(#"{"tokenizer_class": "\#(name)"}"#, to: "base/tokenizer_config.json")
        try program.write(right, to: "base/config.json")
        let told = try await program.run("inspect base")
        #expect(told.status == 0 && told.output.contains(#"the tokenizer class is 'a\n\u{1b}[2Jb'"#) && !told.output.contains("\u{1B}"))
    }
}
