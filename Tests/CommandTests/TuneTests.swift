import Foundation
import Testing

@Suite struct TuneTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(_ line: String, corpus: String = Fixture.opinions, base: String = Fixture.base) async throws -> Run {
        let policy = line.contains("--unfreeze") ? "" : "--unfreeze none"
        return try await program.run("tune \(policy) --head-fit stepped --epochs 2 \(line) --model", base, corpus)
    }

    private func object(_ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.bytes(file)) as? [String: Any])
    }

    @Test func `What is known before training is said, and what was saved is the result`() async throws {
        let run = try await tune("--output out")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("out: saved epoch ") && run.lines.count == 1)
        let said = run.messages.split(separator: "\n")
        #expect(said[0].hasSuffix("opinions.csv: 80 rows, 2 labels"))
        #expect(said[1] == "  bad   40  50.0 %")
        #expect(said[3] == "baseline: always answering 'bad' is right 50.0 % of the time")
        #expect(said[4] == "72 rows to train on, 8 dev rows to choose the best epoch by")
        #expect(said[5].hasSuffix(", 57,570 parameters"))
        #expect(said[6] == "a new head, pooling mean")
        #expect(said[7] == "training 66 parameters in up to 2 epochs, 6 steps of 32 rows; learning rate 0.003 for the head")
        #expect(said[8].hasPrefix("epoch 1  train loss 0."))
        #expect(!run.messages.contains("\u{1B}"), "a progress line where there is no terminal")
        #expect(try program.names == ["out"])
        #expect(try await tune("--output quiet --quiet").messages == "")
    }

    @Test func `The folder has the files that are promised`() async throws {
        _ = try await tune("--output out --unfreeze top:1 --pooling cls")
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: program.path("out")))
        #expect(
            names.isSuperset(of: [
                "config.json", "model.safetensors", "vocab.txt", "tokenizer_config.json", "tenor.json", "metrics.json", "training.jsonl",
                "README.md",
            ]))
        let labels = try object("out/config.json")["id2label"] as? [String: String]
        #expect(labels == ["0": "bad", "1": "good"])
        #expect(try program.read("out/training.jsonl").split(separator: "\n").count == 8)
        #expect(try !program.read("out/tenor.json").contains(program.folder.path))
        #expect(try await program.run("inspect out").output.contains("labels        bad, good"))
    }

    @Test(arguments: ["none", "top:1", "all", "gradual"])
    func `The same seed gives the same bits at any number of threads`(policy: String) async throws {
        for (name, threads) in [("a", 1), ("b", 2)] {
            #expect(try await tune("--unfreeze \(policy) --quiet --threads \(threads) --output \(name)").status == 0)
        }
        #expect(try program.bytes(program.encoder("a", "model.safetensors")) == program.bytes(program.encoder("b", "model.safetensors")))
        #expect(try program.bytes("a/training.jsonl") == program.bytes("b/training.jsonl"))
        if policy == "none" { #expect(try program.bytes("a/2_Dense/model.safetensors") == program.bytes("b/2_Dense/model.safetensors")) }
    }

    @Test func `Labels may be integers, and hold commas, line ends and more; their order is by number or by bytes`() async throws {
        try program.write("text,label\na,10\nb,9\nc,-1\na,10\nb,9\nc,-1\n", to: "numbers.csv")
        #expect(try await tune("--output numbers", corpus: "numbers.csv").status == 0)
        let numbers = try await program.run("classify numbers.csv --format csv --model numbers")
        #expect(numbers.lines[0] == "source,row,label,probability,-1,9,10")
        try program.write("text,label\na,\"x,1\"\nb,\"y\n2\"\nc,😀\na,\"x,1\"\nb,\"y\n2\"\nc,😀\n", to: "odd.csv")
        let run = try await tune("--output odd", corpus: "odd.csv")
        #expect(run.messages.contains("\n  y\\n2  2  33.3 %\n"))
        let odd = try await program.run("classify odd.csv --format csv --model odd")
        #expect(odd.output.hasPrefix("source,row,label,probability,\"x,1\",\"y\n2\",😀\n"))
        let text = try await program.run("classify odd.csv --top 3 --model odd")
        #expect(text.lines.count == 18 && text.lines.allSatisfy { $0.split(separator: "\t").count == 3 })
    }

    @Test func `Without dev rows the last epoch is saved`() async throws {
        let none = try await tune("--output a --dev-fraction 0")
        #expect(none.messages.contains("no dev rows; the last epoch is saved, and nothing is measured\n"))
        #expect(none.output == "a: saved after epoch 2; nothing was measured\n")
        #expect(!program.exists("a/metrics.json"))
        try program.write("text,label\none,x\ntwo,y\n", to: "two.csv")
        let few = try await tune("--output b", corpus: "two.csv")
        #expect(few.status == 0)
        #expect(few.messages.contains("no dev rows: no label has a row to spare; the last epoch is saved, and nothing is measured\n"))
        #expect(try await tune("--output c --metric mcc", corpus: "two.csv").status == 64)
        #expect(try program.names == ["a", "b", "two.csv"])
    }

    @Test func `Dev rows come from a file where one is named`() async throws {
        let run = try await tune("--output out --metric macro-f1 --dev", corpus: Fixture.opinions)
        #expect(run.status == 64)
        let named = try await program.run(
            "tune --unfreeze none --head-fit stepped --epochs 1 --metric macro-f1 --output out --model", Fixture.base, Fixture.opinions,
            "--dev", Fixture.opinions)
        #expect(named.messages.contains("80 rows to train on, 80 dev rows to choose the best epoch by (\(Fixture.opinions))\n"))
        #expect(named.output.hasPrefix("out: saved epoch 1, dev macro-f1 0."))
        #expect(try object("out/metrics.json")["rows"] as? Int == 80)
    }

    @Test func `Nothing is overwritten unless that is asked for, and an empty folder may be filled`() async throws {
        try program.write("mine", to: "file")
        try FileManager.default.createDirectory(atPath: program.path("out"), withIntermediateDirectories: true)
        #expect(try await tune("--output out").status == 0)
        let before = try program.bytes("out/2_Dense/model.safetensors")
        let again = try await tune("--output out --seed 2")
        #expect(again.status == 73)
        #expect(again.messages == "tenor: out: exists already; name another place, or allow replacing it with --force\n")
        #expect(try program.bytes("out/2_Dense/model.safetensors") == before)
        #expect(try await tune("--output out/ --seed 2 --force").status == 0)
        #expect(try program.bytes("out/2_Dense/model.safetensors") != before)
        let file = try await tune("--output file --force")
        #expect(file.status == 73)
        #expect(file.messages == "tenor: file: cannot be written: it is a file, a folder's name is needed\n")
        #expect(try program.names == ["file", "out"])
    }

    @Test func `A place that cannot be written to is found out before the work`() async throws {
        let run = try await tune("--output missing/out")
        #expect(run.status == 73)
        #expect(run.messages == "tenor: missing/out: cannot be written: there is no folder 'missing', it is needed first\n")
    }

    @Test func `A head for the same labels is kept, and a new one made where they differ`() async throws {
        let tuned = try await Fixture.classifier()
        #expect(
            try await tune("--output a", base: tuned).messages.contains("\nkeeping the base's own head, which has the same labels;"))
        #expect(try await tune("--output b --reset-head", base: tuned).messages.contains("\na new head, pooling "))
        try program.write("text,label\na,x\nb,y\n", to: "other.csv")
        #expect(try await tune("--output c", corpus: "other.csv", base: tuned).messages.contains("\na new head, pooling "))
        let kept = try await tune("--output d --keep-head", corpus: "other.csv", base: tuned)
        #expect(kept.status == 64)
        #expect(
            kept.error == "tenor: \(tuned): its head is for 'bad', 'good'; the corpus has 'x', 'y', "
                + "and a head that is kept needs to have them all")
    }

    @Test func `Rates that throw the model off end in an error, and nothing is written`() async throws {
        for epochs in [1, 3] {
            let run = try await program.run(
                "tune --unfreeze all --learning-rate 1e30 --warmup 0 --clip 0 --max-steps \(epochs) --epochs \(epochs) --batch-size 80 --output out --model",
                Fixture.base, Fixture.opinions)
            #expect(run.status == 65)
            #expect(run.error.contains("try a lower learning rate"))
            #expect(try program.names == [])
        }
    }

    @Test func `A run that is thrown off by its last step ends in an error without dev rows, too`() async throws {
        for rate in ["3e37", "1e38"] {
            let run = try await program.run(
                "tune --unfreeze none --head-fit stepped --learning-rate \(rate) --warmup 0 --clip 0 --max-steps 1 --batch-size 80 --dev-fraction 0 --output out --model",
                Fixture.base, Fixture.opinions)
            #expect(run.status == 65, "\(run.messages)")
            #expect(run.error.contains("not finite; try a lower learning rate") && run.output == "")
            #expect(try program.names == [])
        }
    }

    @Test func `Weights may be saved with half the bits, and whoever opens them sees what was saved`() async throws {
        _ = try await tune("--output f32")
        for dtype in ["bf16", "f16"] {
            #expect(try await tune("--output \(dtype) --dtype \(dtype)").status == 0)
            let (half, full) = (
                try program.bytes(program.encoder(dtype, "model.safetensors")).count,
                try program.bytes(program.encoder("f32", "model.safetensors")).count
            )
            #expect(half < full * 6 / 10)
            let weights = try await program.run("inspect \(dtype)").lines.first { $0.hasPrefix("weights ") }
            #expect(weights?.hasSuffix(" \(dtype.uppercased())") == true)
            #expect(try object("\(dtype)/tenor.json")["dtype"] as? String == dtype)
            let answers = try await program.run("classify --format csv --model \(dtype)", Fixture.opinions)
            #expect(answers.status == 0 && answers.lines.count == 81)
        }
        #expect(try await tune("--output f8 --dtype f8").status == 64)
    }

    @Test func `Long rows are counted`() async throws {
        try program.write("text,label\n\(String(repeating: "soup ", count: 90)),x\nb,y\n", to: "long.csv")
        let tuned = try await tune("--output out --long head", corpus: "long.csv")
        #expect(tuned.messages.contains("\n1 text truncated to 64 tokens; see --max-length\n"))
        #expect(try await tune("--output out2 --max-length 65", corpus: "long.csv").status == 64)
    }
}
