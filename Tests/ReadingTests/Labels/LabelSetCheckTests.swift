import TenorReading
import Testing

@Suite struct LabelSetCheckTests {
    private func said(_ labels: [String], counts: [Int]? = nil) -> [String] {
        LabelSetCheck(labels, counts: counts).warnings.map(\.description)
    }

    @Test func `Ordinary labels are not warned of`() {
        #expect(said(["bad", "good", "neutral"]).isEmpty)
        #expect(said(["1", "2", "10", "-1", "0.5"]).isEmpty)
        #expect(said(["Nancy", "nano", "e\u{301}t\u{E9}", "a b", "ab"]).isEmpty)
    }

    @Test(arguments: [
        (["Pos", "pos"], "labels that differ only in case: 'Pos', 'pos'"),
        (["a  b", "a b"], "labels that differ only in white space: 'a  b', 'a b'"),
        (["a\u{A0}b", "a b"], "labels that differ only in white space: 'a\u{A0}b' (U+00A0), 'a b'"),
        (
            ["pos", "pos\u{200B}", "p\u{AD}os"],
            "labels that differ only in invisible characters: 'pos', 'pos\u{200B}' (U+200B), 'p\u{AD}os' (U+00AD)"
        ),
        (["\u{FEFF}neg", "neg"], "labels that differ only in invisible characters: '\u{FEFF}neg' (U+FEFF), 'neg'"),
        (["caf\u{E9}", "cafe\u{301}"], "labels that differ only in Unicode composition: 'caf\u{E9}' (U+00E9), 'cafe\u{301}' (U+0301)"),
        (
            ["Caf\u{E9}", "cafe\u{301}"],
            "labels that differ only in case or Unicode composition: 'Caf\u{E9}' (U+00E9), 'cafe\u{301}' (U+0301)"
        ),
    ])
    func `Labels that look alike are named with how they differ and, if they look the same, with their code points`(
        labels: [String], warning: String
    ) {
        #expect(said(labels + ["other"]) == [warning])
    }

    @Test func `Groups that differ in different ways are warned of apart`() {
        #expect(
            said(["A", "a", "b", "b\u{200B}", "C", "c"]) == [
                "labels that differ only in case: 'A', 'a', 'C', 'c'",
                "labels that differ only in invisible characters: 'b', 'b\u{200B}' (U+200B)",
            ])
    }

    @Test(arguments: [["1", "1.0"], ["1.", "01"], ["-0", "0.00"], ["+2.50", "2.5"], [".5", "0.5"]])
    func `The same number in two spellings is warned of`(twins: [String]) {
        #expect(said(twins + ["7"]) == ["labels that are the same number: '\(twins[0])', '\(twins[1])'"])
    }

    @Test(arguments: [["1", "-1"], ["1", "1.01"], ["1e3", "1000"], ["1.2.3", "1.2.30"], ["inf", "Infinity"], [".", "-"]])
    func `Different numbers, and words, are not taken for the same number`(labels: [String]) { #expect(said(labels).isEmpty) }

    @Test func `Words for a missing value are named with the number of their rows`() {
        let some = said(["nan", "good", "N/A"], counts: [3, 90, 4])
        #expect(some == ["labels that may stand for a missing value: 'nan', 'N/A', in 7 rows"])
        #expect(said(["None", "good"], counts: [1, 9]) == ["labels that may stand for a missing value: 'None', in 1 row"])
        for word in ["NA", "NULL", "null", "NaN", ""] {
            #expect(said([word, "good"]) == ["labels that may stand for a missing value: '\(word)'"])
        }
        #expect(
            said([" ", "good"], counts: [2, 2]) == [
                "white space around labels: ' '", "labels that may stand for a missing value: ' ', in 2 rows",
            ])
    }

    @Test func `Lists are cut at twenty labels`() {
        let labels = (0..<30).map { "label \($0) " }
        #expect(said(labels)[0].hasSuffix("'label 19 ' and 10 more"))
        let twins = (0..<15).flatMap { ["x\($0)", "X\($0)"] }
        #expect(said(twins)[0].hasSuffix("'X9' and 10 more"))
    }

    @Test func `Amounts, ids and running text are no labels`() {
        let amounts = (0..<60).map { "\($0).50" }
        let fault = LabelSetCheck(amounts + ["free"], counts: Array(repeating: 1, count: 60) + [40]).fault
        #expect(fault == .ownRows(60, of: 100, examples: ["0.50", "1.50"]))
        #expect(
            fault?.description == "60 of 100 rows have a label that no other row has, such as '0.50', '1.50'; "
                + "labels must be names that rows share (are the text and the label column swapped?)")
        let texts = (0..<12).map { "The parcel with the number \($0) was due on Monday, and it has not come." }
        guard case .longTexts(let average, _)? = LabelSetCheck(texts, counts: Array(repeating: 2, count: 12)).fault else {
            Issue.record("running text passes for labels")
            return
        }
        #expect(average > 60)
    }

    @Test func `Few labels, long names that many rows share, and half of the rows are not suspected`() {
        #expect(LabelSetCheck(["a", "b"], counts: [1, 1]).fault == nil)
        #expect(LabelSetCheck((0..<50).map { "\($0)" } + ["x"], counts: Array(repeating: 1, count: 50) + [50]).fault == nil)
        let long = (0..<12).map { "Disorders of the upper respiratory tract, not elsewhere classified, \($0)" }
        #expect(LabelSetCheck(long, counts: Array(repeating: 40, count: 12)).fault == nil)
        #expect(LabelSetCheck((0..<60).map { "\($0)" }).fault == nil, "a folder has no rows")
    }

    @Test func `More than a thousand labels with one or two rows each are asked about`() {
        let labels = (0..<1200).map { "intent \($0)" }
        #expect(
            said(labels, counts: Array(repeating: 2, count: 1200)) == [
                "1200 labels have fewer than three rows each; are the text and the label column swapped?"
            ])
        #expect(said(labels, counts: Array(repeating: 3, count: 1200)).isEmpty)
        #expect(said(Array(labels[..<1000]), counts: Array(repeating: 1, count: 1000)).isEmpty)
    }
}
