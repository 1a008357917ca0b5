import TenorFiles
import TenorMeasuring
import Testing

@Suite struct AttributionTests {
    private static let outcome = Attribution.Outcome(label: "<good>", value: 0.75, logit: 1.5, isProbability: true, isGiven: true)

    /// "né" has three bytes, the space belongs to no word.
    private var attribution: Attribution {
        func part(_ range: Range<Int>, _ score: Double) -> Attribution.Part { Attribution.Part(range, score) }
        return Attribution(
            "né <b>", Self.outcome, words: [0..<3, 4..<7],
            tokens: [
                ("[CLS]", part(0..<0, 0)), ("n", part(0..<1, 0.5)), ("é <", part(1..<5, -0.75)), ("b>", part(5..<7, 1.25)),
                (" ", part(3..<4, 0.125)),
            ],
            completeness: Completeness(logit: 1.5, baseline: 0.375, sum: 1.125, points: 13, tolerance: 0.01), truncated: 0)
    }

    @Test func `Scores of tokens are spread over the bytes of words, and nothing is lost`() {
        #expect(attribution.words.map(\.score) == [0.5 - 0.5, 1.25 - 0.25])
        #expect(attribution.bytes == [0.5, -0.25, -0.25, 0, -0.25, 0.625, 0.625])
        #expect(attribution.rest == 0.125)
        #expect(attribution.ranked.map(\.range) == [4..<7, 0..<3])
    }

    @Test func `An error is relative to the difference of the logits`() {
        func error(_ sum: Double, _ logit: Double = 2, _ baseline: Double = 1) -> Double {
            Completeness(logit: logit, baseline: baseline, sum: sum, points: 1, tolerance: 0.01).error
        }
        #expect(error(1) == 0 && error(1.25) == 0.25 && error(-1) == 2)
        #expect(error(0, 1, 1) == 0 && error(1, 1, 1) == .infinity)
        #expect(!Completeness(logit: 1, baseline: 1, sum: 0.1, points: 1, tolerance: 0.01).isReached)
    }

    @Test func `JSON counts code points and has scores of words, tokens and characters`() throws {
        let json = try JSON(parsing: attribution.json(source: "a.csv", row: 3))
        #expect(json["source"]?.string == "a.csv" && json["row"]?.int == 3 && json["label"]?.string == "<good>")
        #expect(json["complete"]?.bool == true && json["gradients"]?.int == 13 && json["baseline_logit"]?.double == 0.375)
        let words = try #require(json["words"]?.array)
        #expect(words.map { $0["word"]!.string! } == ["né", "<b>"])
        #expect(words.map { [$0["start"]!.int!, $0["end"]!.int!] } == [[0, 2], [3, 6]])
        #expect(json["tokens"]!.array!.map { [$0["start"]!.int!, $0["end"]!.int!] } == [[0, 0], [0, 1], [1, 4], [4, 6], [2, 3]])
        #expect(json["characters"]!.array!.map { $0.double! } == [0.5, -0.5, 0, -0.25, 0.625, 0.625])
        #expect(json["rest"]?.double == 0.125 && json["truncated"]?.int == 0)
        let occluded = Attribution("a", Self.outcome, words: [Attribution.Part(0..<1, 2)], truncated: 0)
        let other = try JSON(parsing: occluded.json(source: "-", row: 0))
        #expect(other["sum"] == .null && other["complete"] == .null && other["tokens"]?.array?.isEmpty == true)
    }

    @Test func `The report names the words with the largest scores, and colors the text where that is wanted`() {
        let report = attribution.report(title: "a.csv 0", colored: false)
        #expect(
            report.hasPrefix("a.csv 0: <good>, probability 0.7500\nword    score            \n<b>   +1.0000  ██████████\nné    +0.0000  ░"))
        #expect(report.contains("The scores add up to +1.1250; the logit is 1.5000, and 0.3750 for padding. They are 0.00 % off"))
        #expect(!report.contains("\u{1B}"))
        #expect(attribution.report(title: "", colored: true).contains("\nné \u{1B}[38;5;16;48;5;69m<b>\u{1B}[0m\n"))
        let many = Attribution(
            String(repeating: "a", count: 12), Self.outcome, words: (0..<12).map { Attribution.Part($0..<$0 + 1, -Double($0)) },
            truncated: 0)
        #expect(many.report(title: "", colored: false).contains("\nand 2 more words, together -1.0000\n"))
    }

    @Test func `A page escapes texts, marks words and loads nothing`() {
        var page = AttributionPage(model: "m", method: "Method.")
        page.add(attribution, title: "<i>.csv 0")
        let html = page.html
        #expect(html.contains("<span class=\"word for\" style=\"--strength:50%\" title=\"+1.0000\">&lt;b&gt;</span>"))
        #expect(html.contains("&lt;i&gt;.csv 0") && html.contains("1 explanation. Method.") && html.contains("default-src 'none'"))
        #expect(!html.contains("<b>") && !html.contains("http://") && !html.contains("https://") && !html.contains("<script"))
        for _ in 0..<600 { page.add(attribution, title: "") }
        #expect(page.html.contains("The first 500 of 601 explanations."))
    }
}
