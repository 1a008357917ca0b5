import Foundation
import Testing

/// Tuning, evaluating and classifying with any number of labels for a text, and with numbers.
@Suite struct TaskCommandTests {
    private let program: Program

    init() throws { program = try Program() }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Sixty rows whose texts say which of two labels they have, and a number.
    private func writeRows() throws {
        var table = "text,good,early,stars\n"
        var lists = ""
        for row in 0..<60 {
            let (good, early) = (row % 2, row / 2 % 2)
            let text = "It was \(good == 1 ? "good" : "bad") and \(early == 1 ? "early" : "late") \(row)"
            table += "\(text),\(good),\(early),\(Double(good) * 3 + Double(early) / 2)\n"
            let labels = [good == 1 ? "\"good\"" : nil, early == 1 ? "\"early\"" : nil].compactMap { $0 }
            lists += "{\"text\": \"\(text)\", \"label\": [\(labels.joined(separator: ", "))]}\n"
        }
        try program.write(table, to: "rows.csv")
        try program.write(lists, to: "rows.jsonl")
    }

    @Test func `Columns of 0 and 1 are tuned on, measured and answered, label by label`() async throws {
        try writeRows()
        let tuned = try await program.run(
            "tune rows.csv --label-column good --label-column early --unfreeze none --output m --model", Fixture.base)
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(
            tuned.messages.hasPrefix(
                "rows.csv: the columns 'good', 'early' hold 0 and 1: any number of these labels for each text; --task says it otherwise\n"
                    + "rows.csv: 60 rows, 2 labels\n"))
        #expect(tuned.messages.contains("\n1.00 labels for a row on average, none for 15 rows\n"))
        #expect(tuned.output.hasPrefix("m: saved, micro-f1 on held-out rows ") && tuned.output.hasSuffix(" (60 rows)\n"))
        let facts = try object(program.read("m/tenor.json"))
        #expect(facts["task"] as? String == "multi_label_classification")
        let thresholds = try #require(facts["thresholds"] as? [String: Double])
        #expect(Set(thresholds.keys) == ["good", "early"])
        #expect(try program.read("m/0_Transformer/config.json").contains("\"problem_type\": \"multi_label_classification\""))
        // The same rows as lists, without an option.
        let evaluated = try await program.run("evaluate rows.jsonl --label-column label --json e.json --model m")
        #expect(evaluated.status == 0, "\(evaluated.messages)")
        #expect(evaluated.output.contains("micro F1 ") && evaluated.output.contains("exactly right rows"))
        let figures = try object(program.read("e.json"))
        #expect(figures["rows"] as? Int == 60 && (figures["per_label"] as? [String: Any])?.count == 2)
        let classified = try await program.run("classify rows.csv --format jsonl --model m")
        for line in classified.output.split(separator: "\n") {
            let answer = try object(String(line))
            let probabilities = try #require(answer["probabilities"] as? [String: Double])
            let given = Set(try #require(answer["labels"] as? [String]))
            #expect(given == Set(probabilities.filter { $0.value >= thresholds[$0.key]! }.keys))
        }
        let all = try await program.run("classify rows.csv --threshold 0 --format csv --model m")
        #expect(all.output.hasPrefix("source,row,labels,early,good\n") || all.output.hasPrefix("source,row,labels,good,early\n"))
        #expect(all.lines.dropFirst().allSatisfy { $0.contains("; ") })
        let kept = try await program.run("classify rows.jsonl --keep-columns --threshold 0 --model m")
        #expect(kept.output.contains(", \"labels\": [\""))
    }

    @Test func `Each label gets a line of its own that calibrates it, and --raw leaves it out without changing labels`() async throws {
        try writeRows()
        let line = "rows.csv --label-column good --label-column early --unfreeze none --model"
        #expect(try await program.run("tune --no-calibrate --output plain \(line)", Fixture.base).status == 0)
        #expect(try await program.run("tune --output m \(line)", Fixture.base).status == 0)
        let lines = try #require(try object(program.read("m/tenor.json"))["calibration"] as? [String: [String: Double]])
        #expect(Set(lines.keys) == ["good", "early"] && lines["good"] != lines["early"])
        #expect(try object(program.read("plain/tenor.json"))["calibration"] == nil)
        func answers(_ options: String) async throws -> [[String: Any]] {
            let run = try await program.run("classify rows.csv --quiet --format jsonl --logits \(options)")
            return try run.output.split(separator: "\n").map { try object(String($0)) }
        }
        let (plain, calibrated) = (try await answers("--model plain"), try await answers("--model m"))
        let raw = try await answers("--raw --model m")
        for (row, answer) in plain.enumerated() {
            let cold = try #require(answer["logits"] as? [Double])
            let warm = try #require(calibrated[row]["logits"] as? [Double])
            let again = try #require(raw[row]["logits"] as? [Double])
            for (index, name) in ["good", "early"].enumerated() {
                let mapped = cold[index] * lines[name]!["scale"]! + lines[name]!["shift"]!
                #expect(abs(mapped - warm[index]) < 1e-4 * max(1, abs(mapped)))
                #expect(abs(cold[index] - again[index]) < 1e-4 * max(1, abs(cold[index])))
            }
            let given = try [raw, calibrated].map { Set(try #require($0[row]["labels"] as? [String])) }
            #expect(given[0] == given[1])
        }
    }

    @Test func `Numbers with fractions are a regression, and answers are numbers`() async throws {
        try writeRows()
        let tuned = try await program.run("tune rows.csv --label-column stars --unfreeze none --output m --model", Fixture.base)
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(tuned.messages.contains("the column 'stars' holds 4 different numbers, some with a fraction: a regression; --task says it"))
        #expect(tuned.output.hasPrefix("m: saved, rmse on held-out rows "))
        #expect(try program.read("m/0_Transformer/config.json").contains("\"problem_type\": \"regression\""))
        let evaluated = try await program.run("evaluate rows.csv --json e.json --model m")
        #expect(evaluated.status == 0 && evaluated.output.contains("RMSE"), "\(evaluated.messages)")
        let figures = try object(program.read("e.json"))
        let answers = try await program.run("classify rows.csv --format jsonl --model m").output.split(separator: "\n").map {
            try #require((try object(String($0))["values"] as? [String: Double])?["stars"])
        }
        var squares = 0.0
        for (row, answer) in answers.enumerated() {
            let right = Double(row % 2) * 3 + Double(row / 2 % 2) / 2
            squares += (answer - right) * (answer - right)
        }
        let rmse = try #require(figures["rmse"] as? Double)
        #expect(abs((squares / 60).squareRoot() - rmse) < 1e-6)
        // The numbers are those of the column, not standardized ones.
        #expect(abs(answers.reduce(0, +) / 60 - 1.75) < 0.3)
        let plain = try await program.run("classify rows.csv --model m")
        #expect(plain.lines.count == 60 && plain.lines[0].split(separator: "\t").count == 2)
        let kept = try await program.run("classify rows.csv --keep-columns --model m")
        #expect(kept.output.hasPrefix("text,good,early,stars,value\n"))
        for line in ["--top 2", "--threshold 0.5", "--uncertain 0.5"] {
            let run = try await program.run("classify rows.csv \(line) --model m")
            #expect(run.status == 64 && run.error.contains("is for labels, and m predicts numbers"), "\(run.error)")
        }
    }

    @Test func `A run with any number of labels is resumed, repeated and cross-validated like any other`() async throws {
        try writeRows()
        let columns = "--label-column good --label-column early --unfreeze top:1 --epochs 2"
        var weights: [Data] = []
        for threads in 1...3 {
            let run = try await program.run(
                "tune rows.csv \(columns) --force --threads \(threads) --folds 3 --output m --model", Fixture.base)
            #expect(run.status == 0 && run.output.hasPrefix("m: saved, cross-validated micro-f1 "), "\(run.error)")
            weights.append(try program.bytes("m/3_Dense/model.safetensors") + program.bytes("m/out-of-fold.jsonl"))
        }
        #expect(Set(weights).count == 1)
        let again = try await program.run("tune rows.csv \(columns) --output n --model m")
        #expect(again.status == 0 && again.messages.contains("keeping the base's own head"), "\(again.messages)")
        let other = try await program.run("tune rows.csv --label-column stars --keep-head --output o --model m")
        #expect(other.status == 64 && other.error.contains("its head is for any number of labels for each text"), "\(other.error)")
    }

    @Test func `Metrics and options of other tasks are wrong usage`() async throws {
        try writeRows()
        let metric = try await program.run("tune rows.csv --label-column stars --metric accuracy --output m --model", Fixture.base)
        #expect(
            metric.status == 64 && metric.error.contains("--metric must be rmse, mae, r2, pearson, spearman for regression"),
            "\(metric.error)")
        let objective = try await program.run(
            "tune rows.csv --label-column stars --objective contrastive --unfreeze all --output m --model", Fixture.base)
        #expect(objective.status == 64 && objective.error.contains("--objective must be classification for regression"))
        let forced = try await program.run("tune rows.csv --label-column text --task regression --output m --model", Fixture.base)
        #expect(forced.status == 65 && forced.error.contains("record 1, line 2: 'text' is 'It was bad and late 0', needs a number"))
        let separator = try await program.run(
            "tune rows.csv --label-column good --label-column early --label-separator ; --output m --model", Fixture.base)
        #expect(separator.status == 64)
    }

    @Test func `Labels are weighted, by name or balanced, and for macro-f1 the comparison tries both`() async throws {
        try program.write(
            "text,label\n"
                + (0..<120).map { "word \($0 % 9) \($0 % 12 == 0 ? "offer" : "talk"),\($0 % 12 == 0 ? "spam" : "ham")\n" }.joined(),
            to: "mails.csv")
        var weights: Set<Data> = []
        for choice in ["none", "balanced", "spam=3", "spam=3,ham=0.5"] {
            let run = try await program.run(
                "tune mails.csv --unfreeze none --class-weights \(choice) --force --output m --model", Fixture.base)
            #expect(run.status == 0, "\(choice): \(run.error)")
            weights.insert(try program.bytes("m/3_Dense/model.safetensors"))
        }
        #expect(weights.count == 4)
        let both = try await program.run("tune mails.csv --metric macro-f1 --epochs 1 --output both --model", Fixture.base)
        #expect(both.status == 0, "\(both.messages)")
        for name in ["all layers", "head only", "all layers, labels balanced", "head only, labels balanced"] {
            #expect(both.messages.contains("\n  \(name): macro-f1 "), "\(both.messages)")
        }
        #expect(both.output.hasPrefix("both: saved, macro-f1 on held-out rows "))
        for (line, words) in [
            ("--class-weights ham=", "--class-weights"), ("--class-weights ham=0", "--class-weights"),
            ("--class-weights eggs=2", "--class-weights must be for labels of the corpus, and 'eggs' is not one of 'ham', 'spam'"),
            ("--focal-loss 2 --label-smoothing 0.1", "--label-smoothing must be 0 with a focal loss"),
            ("--label-smoothing 1", "--label-smoothing must be from 0 to below 1"),
        ] {
            let run = try await program.run("tune mails.csv \(line) --output w --model", Fixture.base)
            #expect(run.status == 64 && run.error.contains(words), "\(run.error)")
        }
    }
}
