import Foundation
import Testing

@Suite struct DistillTests {
    private let program: Program

    init() throws {
        program = try Program()
        let rows = try String(contentsOfFile: Fixture.opinions, encoding: .utf8).split(separator: "\n").dropFirst()
        try program.write(rows.map { $0.split(separator: ",")[0] + "\n" }.joined(), to: "texts.txt")
    }

    private func distill(_ line: String, teacher: String? = nil, student: String = "layers:1") async throws -> Run {
        let teacher = if let teacher { teacher } else { try await Fixture.classifier() }
        return try await program.run("distill \(line) --student \(student) --teacher", teacher)
    }

    private func object(_ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.bytes(file)) as? [String: Any])
    }

    private func weights(_ folder: String) throws -> Data { try program.bytes(program.encoder(folder, "model.safetensors")) }

    @Test func `A student of a classifier is a classifier with its labels`() async throws {
        let run = try await distill("texts.txt --output out --epochs 2")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.hasPrefix("out: saved after 6 steps, loss 0."))
        let said = run.messages.split(separator: "\n")
        #expect(said[0].hasPrefix("student: 1 of the teacher's 2 layers (2), with its head, "))
        #expect(said[0].hasSuffix(" parameters; the teacher has 57,570"))
        #expect(said[1] == "learning the teacher's answers")
        #expect(said[2] == "80 texts, and what the teachers give for them")
        #expect(try program.names == ["out", "texts.txt"])
        let facts = try object("out/tenor.json")
        #expect(facts["kind"] as? String == "distilled" && facts["layers"] as? [Int] == [1] && facts["texts"] as? Int == 80)
        let answers = try await program.run("classify texts.txt --lines --model out")
        #expect(answers.status == 0 && answers.lines.count == 80)
        #expect(answers.lines.allSatisfy { $0.hasPrefix("texts.txt\tgood\t") || $0.hasPrefix("texts.txt\tbad\t") })
    }

    @Test func `A student of encoders is a base, which can be tuned`() async throws {
        let run = try await program.run(
            "distill texts.txt --output base --epochs 2 --student", Fixture.base, "--teacher", Fixture.base, "--teacher",
            try await Fixture.classifier())
        #expect(run.status == 0, "\(run.error)")
        #expect(run.messages.contains("\nlearning the teachers' states\n"))
        #expect(try object("base/config.json")["id2label"] == nil)
        #expect(try object("base/config.json")["architectures"] as? [String] == ["BertModel"])
        #expect(program.exists("base/1_Pooling/config.json"))
        let tuned = try await program.run("tune --unfreeze none --model base --output tuned", Fixture.opinions)
        #expect(tuned.status == 0, "\(tuned.error)")
    }

    @Test func `A student of a teacher that reads pairs in windows reads them alike`() async throws {
        let long = (0..<12).map { "\($0 % 2 == 0 ? "good" : "bad") " + String(repeating: "word ", count: 40 + $0) }
        try program.write("text,label\n" + long.map { "\($0),\($0.prefix(3))\n" }.joined(), to: "long.csv")
        try program.write("a,b,label\n" + long.map { "\($0.prefix(9)),\($0.prefix(5)),\($0.prefix(3))\n" }.joined(), to: "pairs.csv")
        for (name, options) in [("long", "--max-length 16 --long windows"), ("pairs", "--text-column a --pair-column b")] {
            let tuned = try await program.run("tune \(name).csv --unfreeze none --output \(name) \(options) --model", Fixture.base)
            #expect(tuned.status == 0, "\(tuned.error)")
            let run = try await program.run("distill \(name).csv --student layers:1 --epochs 1 --output \(name)-1 --teacher \(name)")
            #expect(run.status == 0, "\(run.error)")
            let facts = try object("\(name)-1/tenor.json")
            #expect(facts["long"] as? String == (name == "long" ? "windows" : nil))
            #expect((facts["input"] as? [String: Any])?["pair_column"] as? String == (name == "pairs" ? "b" : nil))
            #expect(try await program.run("classify \(name).csv --model \(name)-1").status == 0)
        }
    }

    @Test func `The same bits come out at one, two and three threads, of answers and of states`() async throws {
        for (objective, student) in [("answers --states-weight 1", "layers:1"), ("states", Fixture.base)] {
            var found: Set<Data> = []
            for threads in 1...3 {
                let run = try await distill(
                    "texts.txt --objective \(objective) --epochs 3 --threads \(threads) --output out --force", student: student)
                #expect(run.status == 0, "\(run.error)")
                found.insert(try weights("out"))
            }
            #expect(found.count == 1, "\(objective)")
        }
    }

    @Test func `Labels count where rows have them`() async throws {
        let (teacher, common) = (try await Fixture.classifier(), "distill --epochs 2 --student layers:1")
        let plain = try await program.run("\(common) texts.txt --output plain --teacher", teacher)
        let labelled = try await program.run("\(common) --output labelled --labelled", Fixture.opinions, "--teacher", teacher)
        let only = try await program.run("\(common) --output only --label-share 1 --labelled", Fixture.opinions, "--teacher", teacher)
        for run in [plain, labelled, only] { #expect(run.status == 0, "\(run.error)") }
        #expect(try Set(["plain", "labelled", "only"].map(weights)).count == 3)
        #expect(try object("labelled/tenor.json")["labelled_texts"] as? Int == 80)
    }

    @Test func `Teacher and student may have different tokenizers`() async throws {
        try program.copy(Fixture.base, to: "other")
        var words = try program.read("other/vocab.txt").split(separator: "\n").map(String.init)
        words[700...] = ArraySlice(words[700...].reversed())
        try program.write(words.map { $0 + "\n" }.joined(), to: "other/vocab.txt")
        for (name, student) in [("same", Fixture.base), ("different", program.path("other"))] {
            let run = try await distill("texts.txt --epochs 2 --output \(name)", student: student)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.messages.contains(", with a new head, "))
        }
        #expect(try program.read(program.encoder("different", "vocab.txt")) == program.read("other/vocab.txt"))
        #expect(try weights("same") != weights("different"))
    }

    /// Long enough to be interrupted in training.
    private func start(_ output: String, _ more: String...) async throws -> Running {
        try program.start(
            "distill texts.txt --epochs 900 --batch-size 1 --student layers:1 --teacher",
            [try await Fixture.classifier(), "--output", output] + more)
    }

    @Test func `A run that is killed in training is resumed with the bits of one that was not`() async throws {
        #expect(try await start("whole").end().status == 0)
        let killed = try await start("parts")
        killed.signal(SIGKILL) { _ in self.program.exists("parts.checkpoint") }
        #expect(try await killed.end().status == -SIGKILL)
        #expect(try program.names == ["whole", "parts.checkpoint", "parts.answers.checkpoint", "texts.txt"])

        let forgotten = try await start("parts").end()
        #expect(forgotten.status == 73)
        #expect(
            forgotten.error.hasSuffix(
                "parts.checkpoint: holds an interrupted run; --resume continues it, --force starts from the beginning"))
        let other = try await start("parts", "--resume", "--seed", "9").end()
        #expect(other.status == 65)
        #expect(other.error.contains("'fingerprint' is that of another run"))

        for name in ["parts.checkpoint", "parts.answers.checkpoint"] { try program.copy(program.path(name), to: "kept-" + name) }
        let resumed = try await start("parts", "--resume").end()
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.messages.contains("\ncontinuing after step "))
        #expect(try weights("parts") == weights("whole"))
        for file in ["training.jsonl", "tenor.json", "rows.bin"] {
            #expect(try program.bytes("parts/\(file)") == program.bytes("whole/\(file)"), "\(file)")
        }

        // As if it had been killed after its folder was in place.
        for name in ["parts.checkpoint", "parts.answers.checkpoint"] { try program.copy(program.path("kept-" + name), to: name) }
        let complete = try await start("parts", "--resume").end()
        #expect(complete.output == "parts: the run is complete and was saved; its checkpoint is removed\n", "\(complete.error)")
        #expect(try program.names == ["whole", "parts", "texts.txt", "kept-parts.checkpoint", "kept-parts.answers.checkpoint"])
    }

    @Test func `What the teachers gave is kept, and other texts are refused`() async throws {
        let texts = try program.read("texts.txt")
        try program.write(String(repeating: texts, count: 400), to: "texts.txt")
        #expect(try await distill("texts.txt --max-steps 3 --output whole").status == 0)
        let killed = try program.start(
            "distill texts.txt --max-steps 3 --output parts --student layers:1 --teacher", [try await Fixture.classifier()])
        killed.signal(SIGKILL) { _ in self.program.exists("parts.answers.checkpoint") }
        #expect(try await killed.end().status == -SIGKILL)
        try program.copy(program.path("parts.answers.checkpoint"), to: "kept.answers.checkpoint")
        let again = try await distill("texts.txt --max-steps 3 --output parts")
        #expect(again.status == 73)

        let resumed = try await distill("texts.txt --max-steps 3 --output parts --resume")
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try weights("parts") == weights("whole"))

        try program.write("another text\n" + String(repeating: texts, count: 400), to: "texts.txt")
        let other = try await distill("texts.txt --max-steps 3 --output kept --resume")
        #expect(other.status == 65)
        #expect(
            other.error.hasSuffix(
                "belongs to another run, one with the same texts is needed; --force in place of --resume starts from the beginning"))
    }

    @Test(arguments: [
        ("texts.txt --output out --student layers:2", 64, "--student must be layers:K with a K from 1 to 1, for the teacher has 2 layers"),
        ("texts.txt --output out --student layers:0", 64, "The value 'layers:0' is invalid for '--student <dir>'"),
        ("texts.txt --output out --student nowhere", 66, "nowhere: is not there, a model folder is needed"),
        ("texts.txt --output out --student layers:1 --temperature 0", 64, "--temperature must be above 0"),
        ("texts.txt --output out --student layers:1 --label-share 2", 64, "--label-share must be between 0 and 1"),
        ("texts.txt --output out --student layers:1 --max-length 65", 64, "this model takes at most 64"),
        ("no.txt --output out --student layers:1", 66, "no.txt: "),
        ("blank.txt --output out --student layers:1", 65, "at least one is needed"),
        ("texts.txt --output no/out --student layers:1", 73, "there is no folder 'no', it is needed first"),
        (
            "texts.txt --output out --student layers:1 --objective states --labelled texts.txt", 64,
            "--labelled goes with --objective answers"
        ),
        ("texts.txt --output out --student layers:1 --labelled other.csv", 65, "other.csv: "),
        ("table.csv --output out --student layers:1", 65, "has no column 'text'"),
        ("texts.txt --output out --student layers:1 --teacher x", 66, "x: is not there, a model folder is needed"),
    ])
    func `Wrong use is one line that says what is wrong, and leaves nothing`(line: String, status: Int32, said: String) async throws {
        try program.write(" \n\t\n", to: "blank.txt")
        try program.write("text,label\nfine,splendid\n", to: "other.csv")
        try program.write("comment,label\nfine,good\n", to: "table.csv")
        let run = try await program.run("distill \(line) --teacher", try await Fixture.classifier())
        #expect(run.status == status, "\(run.messages)")
        #expect(run.error.contains(said), "\(run.error)")
        #expect(run.output == "")
        #expect(try program.names == ["texts.txt", "blank.txt", "other.csv", "table.csv"])
    }

    @Test func `Answers are learnt from a classifier, and from one alone`() async throws {
        let base = try await distill("texts.txt --output out --objective answers", teacher: Fixture.base)
        #expect(base.status == 65)
        #expect(base.error.contains("is a base without a classifier for its labels, a tuned model is needed"))
        let two = try await program.run(
            "distill texts.txt --output out --student layers:1 --teacher", try await Fixture.classifier(), "--teacher",
            try await Fixture.classifier())
        #expect(two.status == 64)
        #expect(two.error.contains("--teacher must be named once where answers are learnt"))
    }
}
