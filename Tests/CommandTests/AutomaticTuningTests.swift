import Foundation
import Testing

/// `tenor tune` without an option that says how.
@Suite struct AutomaticTuningTests {
    private let program: Program

    init() throws { program = try Program() }

    private func tune(_ corpus: String, _ line: String) async throws -> Run {
        try await program.run("tune \(line) --model", Fixture.base, corpus)
    }

    private func object(_ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.bytes(file)) as? [String: Any])
    }

    @Test func `Ways to train are compared on rows that the trial models do not see, and the score says so`() async throws {
        let run = try await tune(Fixture.opinions, "--output out")
        #expect(run.status == 0)
        #expect(run.messages.contains("\ncomparing 2 ways to train, on rows that the trial models do not see\n"))
        #expect(run.messages.contains("\ntraining on all rows: "))
        #expect(run.output.hasPrefix("out: saved, accuracy on held-out rows ") && run.output.hasSuffix(", 40 rows)\n"))
        let facts = try object("out/tenor.json")
        let compared = try #require(facts["compared"] as? [[String: Any]])
        #expect(compared.map { $0["rows"] as? Int } == [40, 40])
        let measured = try #require(facts["cross_validated"] as? [String: Any])
        #expect(compared.contains { $0["accuracy"] as? Double == measured["accuracy"] as? Double })
        #expect(try program.read("out/README.md").contains("Measured on 40 of the rows"))
    }

    @Test func `Each way to tune gives the same bits at one, two and three threads`() async throws {
        for line in ["", "--unfreeze none", "--unfreeze top:1 --objective contrastive", "--unfreeze all --dev-fraction 0"] {
            var weights: [Data] = []
            for threads in 1...3 {
                let run = try await tune(Fixture.opinions, "\(line) --epochs 2 --quiet --force --threads \(threads) --output out")
                #expect(run.status == 0)
                weights.append(
                    try program.bytes("out/3_Dense/model.safetensors") + program.bytes("out/0_Transformer/model.safetensors"))
            }
            #expect(Set(weights).count == 1, "\(line)")
        }
    }

    @Test func `Dev rows of one's own are measured and choose nothing`() async throws {
        let with = try await tune(Fixture.opinions, "--output with --dev \(Fixture.opinions)")
        #expect(with.output.contains(", dev accuracy "))
        _ = try await tune(Fixture.opinions, "--output without --quiet")
        #expect(try program.bytes("with/3_Dense/model.safetensors") == program.bytes("without/3_Dense/model.safetensors"))
    }

    @Test func `From 2,000 rows on all layers are trained, a tenth is for measuring, and the last epoch is saved`() async throws {
        try program.write("text,label\n" + (0..<2000).map { "\($0 % 2 == 0 ? "good" : "bad") \($0),\($0 % 2)\n" }.joined(), to: "many.csv")
        let run = try await tune("many.csv", "--output out --epochs 2")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.messages.contains("1800 rows to train on, 200 dev rows to measure by\n"))
        #expect(!run.messages.contains("comparing"))
        #expect(run.output.hasPrefix("out: saved epoch 2, dev accuracy ") && run.output.hasSuffix(", 200 rows)\n"))
    }

    @Test func `With too many rows and labels to solve it, the head is trained in steps, and a message says so`() async throws {
        try program.write("text,label\n" + (0..<2900).map { "word \($0 % 700),topic \($0 % 700)\n" }.joined(), to: "many.csv")
        let run = try await tune("many.csv", "--output out --unfreeze none --epochs 1")
        #expect(
            run.status == 0 && run.messages.contains("\n700 labels are too many to solve the head for 2,900 rows; it is trained in steps\n")
        )
    }

    @Test func `A head that is kept is not for the contrastive objective`() async throws {
        #expect(try await tune(Fixture.opinions, "--output first --quiet --unfreeze none").status == 0)
        let run = try await program.run("tune --objective contrastive --output second --model first", Fixture.opinions)
        #expect(
            run.status == 64 && run.error.contains("--objective must be classification where the base's own head is kept"), "\(run.error)")
        #expect(
            try await program.run("tune --reset-head --objective contrastive --output second --model first", Fixture.opinions).status == 0)
    }

    @Test func `Tiny and odd corpora are tuned, or refused in a line`() async throws {
        try program.write("text,label\nfine,a\npoor,b\n", to: "single.csv")
        try program.write("text,label\nfine,a\npoor,b\nbad,b\n", to: "three.csv")
        try program.write("text,label\n" + String(repeating: "same,a\nsame,b\n", count: 6), to: "same.csv")
        try program.write(
            "text,label\n" + (0..<77 * 8).map { "word \($0 % 77) \($0),topic \($0 % 77)\n" }.joined(), to: "many.csv")
        try program.write("text,label\n" + String(repeating: "good,a\nbad,b\n", count: 8) + "odd,c\n", to: "rare.csv")
        for name in ["single", "three", "same", "many", "rare"] {
            let run = try await tune("\(program.path(name)).csv", "--epochs 1 --output \(name)")
            #expect(run.status == 0, "\(name): \(run.error)")
            #expect(run.output.hasPrefix("\(name): saved"), "\(name)")
            for policy in ["none", "top:1 --objective contrastive"] {
                let run = try await tune("\(program.path(name)).csv", "--epochs 1 --force --quiet --unfreeze \(policy) --output \(name)")
                #expect(run.status == 0, "\(name) \(policy): \(run.error)")
            }
        }
    }

    @Test func `What contradicts itself is wrong usage`() async throws {
        for (line, words) in [
            ("--objective contrastive --unfreeze none", "--objective must be"),
            ("--objective contrastive --head-fit stepped", "--head-fit must be"),
            ("--head-strength 0", "--head-strength must be"), ("--budget 0", "--budget must be"),
        ] {
            let run = try await tune(Fixture.opinions, "--output out \(line)")
            #expect(run.status == 64 && run.error.contains(words), "\(line)")
        }
    }

    @Test func `With --folds every row gets probabilities by a model that was not trained on it`() async throws {
        for (policy, trained) in [("none", 80), ("all --epochs 2", 72)] {
            let run = try await tune(Fixture.opinions, "--output out --force --folds 4 --unfreeze \(policy)")
            #expect(run.status == 0, "\(run.error)")
            #expect(
                run.output.hasPrefix("out: saved, cross-validated accuracy ") && run.output.hasSuffix(", \(trained) rows)\n"),
                "\(run.output)")
            let lines = try program.read("out/out-of-fold.jsonl").split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(lines.count == trained)
            let rows = lines.compactMap { $0["row"] as? Int }
            #expect(Set(rows).count == trained && rows == rows.sorted())
            let right = try lines.count { line in
                let probabilities = try #require(line["probabilities"] as? [String: Double])
                #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-9)
                return probabilities.max { $0.value < $1.value }?.key == line["label"] as? String
            }
            let measured = try #require(try object("out/tenor.json")["cross_validated"] as? [String: Any])
            #expect(measured["accuracy"] as? Double == Double(right) / Double(trained))
        }
    }

    @Test func `With --seeds further runs are measured, and the saved model is that of the first`() async throws {
        let alone = try await tune(Fixture.opinions, "--output alone --unfreeze all --epochs 2 --no-calibrate --dev \(Fixture.opinions)")
        let run = try await tune(
            Fixture.opinions, "--output out --unfreeze all --epochs 2 --no-calibrate --seeds 3 --dev \(Fixture.opinions)")
        #expect(alone.status == 0 && run.status == 0, "\(run.error)")
        #expect(run.output.contains("\nout: accuracy over 3 seeds: mean "))
        for file in ["3_Dense", "0_Transformer"].map({ "\($0)/model.safetensors" }) {
            #expect(try program.bytes("alone/\(file)") == program.bytes("out/\(file)"))
        }
        let seeds = try #require(try object("out/tenor.json")["seeds"] as? [[String: Any]])
        #expect(seeds.map { $0["seed"] as? String } == ["1", "2", "3"])
        let second = try await tune(
            Fixture.opinions, "--output second --unfreeze all --epochs 2 --no-calibrate --seed 2 --dev \(Fixture.opinions)")
        #expect(second.status == 0)
        let metrics = try #require(seeds[1]["metrics"] as? [String: Any])
        #expect(metrics["nll"] as? Double == (try object("second/metrics.json")["nll"] as? Double))
    }

    @Test func `An ensemble has the mean of the seeds' weights`() async throws {
        for (name, line) in [("one", "--seed 1"), ("two", "--seed 2"), ("both", "--seeds 2 --ensemble")] {
            let run = try await tune(
                Fixture.opinions, "--output \(name) --unfreeze all --epochs 2 --no-calibrate --quiet --dev \(Fixture.opinions) \(line)")
            #expect(run.status == 0, "\(run.error)")
        }
        let values = try ["one", "two", "both"].map { name -> [Float] in
            let bytes = try [UInt8](program.bytes("\(name)/3_Dense/model.safetensors"))
            let header = bytes.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
            return bytes.withUnsafeBytes { bytes in
                stride(from: 8 + header, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
            }
        }
        #expect(values[0] != values[1])
        for (index, value) in values[2].enumerated() { #expect(abs(value - (values[0][index] + values[1][index]) / 2) <= 1e-7) }
        #expect(try await tune(Fixture.opinions, "--output odd --ensemble").status == 64)
    }

    @Test func `Without dev rows seeds are measured by cross-validation`() async throws {
        let run = try await tune(Fixture.opinions, "--output out --unfreeze none --seeds 3")
        #expect(run.status == 0)
        let seeds = try #require(try object("out/tenor.json")["seeds"] as? [[String: Any]])
        #expect(seeds.compactMap { ($0["metrics"] as? [String: Any])?["rows"] as? Int } == [80, 80, 80])
    }

    @Test func `Probabilities are calibrated by a temperature, and the folder has it in its weights`() async throws {
        let line = "--unfreeze all --epochs 3 --learning-rate 1e-3 --dev \(Fixture.opinions)"
        let plain = try await tune(Fixture.opinions, "--output plain --no-calibrate \(line)")
        let run = try await tune(Fixture.opinions, "--output out \(line)")
        #expect(plain.status == 0 && run.status == 0, "\(run.error)")
        let temperature = try #require(try object("out/tenor.json")["temperature"] as? Double)
        let uncalibratedFacts = try object("plain/tenor.json")
        #expect(temperature > 0 && temperature != 1 && uncalibratedFacts["temperature"] == nil)
        let (before, after) = (try object("plain/metrics.json"), try object("out/metrics.json"))
        #expect(before["accuracy"] as? Double == after["accuracy"] as? Double)
        let (calibrated, uncalibrated) = (try #require(after["nll"] as? Double), try #require(before["nll"] as? Double))
        #expect(calibrated < uncalibrated)
        func logits(_ model: String) async throws -> [Double] {
            let run = try await program.run("classify --quiet --format jsonl --logits --model \(model)", Fixture.opinions)
            #expect(run.messages == "")
            return try run.output.split(separator: "\n").flatMap { line in
                let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return try #require(json?["logits"] as? [Double])
            }
        }
        for (cold, warm) in zip(try await logits("plain"), try await logits("out")) {
            #expect(abs(cold / temperature - warm) < 1e-4 * max(1, abs(warm)))
        }
        for (cold, raw) in zip(try await logits("plain"), try await logits("out --raw")) {
            #expect(abs(cold - raw) < 1e-4 * max(1, abs(cold)))
        }
        let message = try await program.run("classify --raw --model plain", Fixture.opinions).messages
        #expect(message.contains("plain: records no calibration, so --raw changes nothing"))
        // The folder answers the dev rows as they were measured.
        let evaluated = try await program.run("evaluate --json e.json --model out", Fixture.opinions)
        #expect(evaluated.status == 0)
        let again = try #require(try object("e.json")["nll"] as? Double)
        #expect(abs(again - calibrated) < 1e-5)
    }

    @Test func `A report shows how held-out rows were answered, and the file's records`() async throws {
        let run = try await tune(Fixture.opinions, "--output out --unfreeze none --report page")
        #expect(run.status == 0 && run.lines.last == "page/index.html: saved", "\(run.messages)")
        let page = try program.read("page/index.html")
        #expect(page.contains("How well out answers held-out rows of opinions.csv"))
        let metrics = try object("out/metrics.json")
        let accuracy = try #require(metrics["accuracy"] as? Double)
        #expect(
            metrics["rows"] as? Int == 80 && page.contains(String(format: "<b>%.1f\u{A0}%%</b> of 80 answers are right", 100 * accuracy)))
        let dev = try await tune(Fixture.opinions, "--output dev --unfreeze none --report dev.html --dev \(Fixture.opinions)")
        #expect(dev.status == 0 && dev.lines.last == "dev.html: saved")
        #expect(try await tune(Fixture.opinions, "--output again --unfreeze none --report dev.html").status == 73)
        #expect(!program.exists("again"))
        let none = try await tune(Fixture.opinions, "--output none --unfreeze all --epochs 1 --dev-fraction 0 --report none.html")
        #expect(none.status == 0 && none.messages.contains("none.html: not written, for no rows were held out in this run"))
    }
}
