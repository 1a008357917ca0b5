import Foundation
import Testing

@Suite struct ExplainTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    @Test func `A text is explained word by word, and its words add up`() async throws {
        let run = try await program.run("explain --json --model", model, "what a good, good evening")
        #expect(run.status == 0, "\(run.messages)")
        let explained = try objects(run)
        #expect(explained.count == 1 && explained[0]["source"] as? String == "text" && explained[0]["complete"] as? Bool == true)
        let words = try #require(explained[0]["words"] as? [[String: Any]])
        #expect(words.map { $0["word"] as? String } == ["what", "a", "good", ",", "good", "evening"])
        let sum = try #require(explained[0]["sum"] as? Double)
        let rest = try #require(explained[0]["rest"] as? Double)
        #expect(abs(words.reduce(rest) { $0 + ($1["score"] as? Double ?? .nan) } - sum) < 1e-9)
        let difference = try #require(explained[0]["logit"] as? Double) - #require(explained[0]["baseline_logit"] as? Double)
        #expect(abs(sum - difference) <= 0.01 * abs(difference))
        let text = try await program.run("explain --model", model, "what a good, good evening")
        #expect(text.lines[1].hasPrefix("word ") && !text.output.contains("\u{1B}"))
    }

    @Test func `Rows of a table are explained in order, with the same bytes at any number of threads`() async throws {
        let one = try await program.run("explain --json --threads 1 --model", model, Fixture.opinions)
        let many = try await program.run("explain --json --threads 3 --model", model, Fixture.opinions)
        #expect(one.status == 0 && one.output == many.output)
        #expect(try objects(one).map { $0["row"] as? Int } == Array(0..<80))
        let classified = try objects(try await program.run("classify --format jsonl --model", model, Fixture.opinions))
        #expect(try objects(one).map { $0["label"] as? String } == classified.map { $0["label"] as? String })
    }

    @Test func `A label that is not the answer can be explained`() async throws {
        var labels: Set<String> = []
        for label in ["good", "bad"] {
            let run = try await program.run("explain --method occlusion --label \(label) --model", model, input: "a good evening\n")
            #expect(run.status == 0 && run.output.hasPrefix("row 0: \(label), probability 0."))
            if run.lines[0].hasSuffix(", not the answer") { labels.insert(label) }
        }
        #expect(labels.count == 1)
        let unknown = try await program.run("explain --label great --model", model, "a good evening")
        #expect(unknown.status == 64 && unknown.error.contains("--label is 'great', ") && unknown.error.contains("'bad', 'good'"))
    }

    @Test func `A page is written where one is named, and not over another file`() async throws {
        let run = try await program.run("explain --html page.html --quiet --model", model, "a <b>good</b> evening")
        #expect(run.status == 0 && run.messages == "")
        let page = try program.read("page.html")
        #expect(page.contains("Which words moved the answers of my model") && !page.contains("<b>good"))
        let again = try await program.run("explain --html page.html --model", model, "a good evening")
        #expect(again.status == 73 && again.error.hasSuffix(" with --force"))
        #expect(try await program.run("explain --html page.html --force --model", model, "a bad evening").status == 0)
    }

    @Test func `What is no file and no text is missing, and blank texts have no words`() async throws {
        #expect(try await program.run("explain --model", model, "missing.csv").status == 66)
        let blank = try await program.run("explain --model", model, input: " \ngood\n")
        #expect(blank.status == 0 && blank.output.hasPrefix("row 1: "))
        #expect(blank.messages == "1 text without a word, and so without an explanation\n")
        let force = try await program.run("explain --force --model", model, "a good evening")
        #expect(force.status == 64 && force.error.contains("--force goes with --html"))
    }

    @Test func `Each of several labels and each number is explained`() async throws {
        var table = "text,good,early,stars\n"
        for row in 0..<60 {
            let (good, early) = (row % 2, row / 2 % 2)
            table +=
                "It was \(good == 1 ? "good" : "bad") and \(early == 1 ? "early" : "late") \(row),\(good),\(early),\(Double(good) * 3 + Double(early) / 2)\n"
        }
        try program.write(table, to: "rows.csv")
        let several = try await program.run(
            "tune rows.csv --label-column good --label-column early --unfreeze none --quiet --output several --model", Fixture.base)
        try #require(several.status == 0, "\(several.messages)")
        let rows = try objects(try await program.run("explain rows.csv --json --model several"))
        let classified = try objects(try await program.run("classify rows.csv --format jsonl --model several"))
        for (row, answer) in classified.enumerated() {
            let labels = try #require(answer["labels"] as? [String])
            let explained = rows.filter { $0["row"] as? Int == row }
            #expect(labels.isEmpty ? explained.count == 1 : explained.map { $0["label"] as? String } == labels)
            #expect(explained.allSatisfy { $0["given"] as? Bool == !labels.isEmpty })
        }
        let tuned = try await program.run(
            "tune rows.csv --label-column stars --unfreeze none --quiet --output numbers --model", Fixture.base)
        try #require(tuned.status == 0, "\(tuned.messages)")
        let number = try objects(try await program.run("explain --json --model numbers", "It was good and late"))[0]
        #expect(number["label"] as? String == "stars" && number["value"] as? Double == number["logit"] as? Double)
        #expect(number["complete"] as? Bool == true && number["probability"] == nil)
    }
}
