import TenorLayers
import TenorReading
import Testing

@Suite struct CheckedCorporaTests {
    private func check(
        _ rows: [String], against others: [String]? = nil, limit: Double = 0.8, threads: Int = 2
    ) throws -> CheckedCorpora {
        func check(_ path: String, _ others: [String]) throws -> CheckedCorpora {
            try CheckedCorpora(
                path, InputFormat(), others: others, InputFormat(), nil, limit: limit, threads: threads, warn: { _ in },
                report: { _, _ in })
        }
        func table(_ rows: [String]) -> [UInt8] { Array(("text,label\n" + rows.map { $0 + "\n" }.joined()).utf8) }
        return try withFile("train.csv", table(rows)) { path in
            guard let others else { return try check(path, []) }
            return try withFile("test.csv", table(others)) { try check(path, [$0]) }
        }
    }

    /// Texts of 6 to 60 words of a small vocabulary, every third a copy of an earlier one with some words changed.
    private func texts(_ count: Int, seed: UInt64) -> [String] {
        var randomness = Randomness(seed: seed)
        var texts: [[Int]] = []
        for index in 0..<count {
            if index % 3 == 2 {
                var copy = texts[randomness.below(index)]
                for _ in 0..<randomness.below(4) { copy[randomness.below(copy.count)] = randomness.below(500) }
                texts.append(copy)
            } else {
                texts.append((0..<6 + randomness.below(55)).map { _ in randomness.below(500) })
            }
        }
        return texts.map { $0.map { "word\($0)" }.joined(separator: " ") }
    }

    @Test func `Similar texts are those that comparing each with each finds`() throws {
        let texts = texts(600, seed: 1)
        let found = try check(texts.enumerated().map { "\($1),\($0 % 2 == 0 ? "a" : "b")" })
        let sketches = found.firstRows.map { TextSketch(WordSet(texts[$0])) }
        for text in sketches.indices {
            let similar = (0..<text).filter { sketches[$0].similarity(to: sketches[text]) >= 0.8 - 1e-9 }
            #expect((found.similar.earlier[text] >= 0) == !similar.isEmpty, "\(texts[text])")
            if found.similar.earlier[text] >= 0 { #expect(similar.contains(Int(found.similar.earlier[text]))) }
            let other = similar.filter { found.corpus.classes[found.firstRows[$0]] != found.corpus.classes[found.firstRows[text]] }
            #expect((found.similar.contradicting[text] >= 0) == !other.isEmpty)
        }
        #expect(found.similar.earlier.count { $0 >= 0 } > 50)
    }

    @Test func `Texts of another file are compared with the corpus`() throws {
        let texts = texts(300, seed: 2)
        let words = texts[0].split(separator: " ")
        let long = "one two three four five six seven eight nine ten"
        let found = try check(
            texts.map { "\($0),a" } + ["\(long),b"],
            against: ["\(texts[0].uppercased()),a", "one two three four five six seven eight nine eleven,a", "nothing like it at all,a"])
        #expect(found.corpus.rows == 301 && !words.isEmpty)
        #expect(found.others[0].texts[0] == 0)
        #expect(found.similar.leaked.map { $0 >= 0 } == [true, false])
        #expect(found.firstRows[Int(found.similar.leaked[0])] == 300)
    }

    @Test func `Nothing depends on the number of threads`() throws {
        let rows = texts(400, seed: 3).enumerated().map { "\($1),\($0 % 3)" }
        let found = try [1, 2, 3].map { try check(rows, threads: $0) }
        for other in found.dropFirst() {
            #expect(other.similar.earlier == found[0].similar.earlier)
            #expect(other.similar.contradicting == found[0].similar.contradicting)
            #expect(other.corpus.texts == found[0].corpus.texts && other.corpus.lengths == found[0].corpus.lengths)
        }
    }

    @Test func `A row has its file and line, its text's number and its class`() throws {
        let scan = try check(["\"a\nb\",x", " A b,y", "only one field", ",x", "c,x"]).corpus
        #expect(scan.rows == 4 && scan.labels == ["x", "y"] && scan.counts == [3, 1])
        #expect((0..<4).map { scan.places.place(of: $0).line } == [2, 4, 6, 7])
        #expect(scan.texts == [0, 0, -1, 1] && scan.classes == [0, 1, 0, 0])
        #expect(scan.badRows.count == 1 && scan.badRows.first[0].line == 5)
        #expect(scan.badRows.first[0].fault == "has 1 field, needs 2")
        #expect(scan.lengths == [3: 1, 4: 1, 0: 1, 1: 1])
    }

    @Test func `Texts of rows are read again`() throws {
        try withFile("a.csv", Array("text,label\nfirst,a\nsecond,b\nthird,a\n".utf8)) { path in
            let found = try CheckedCorpora(
                path, InputFormat(), others: [], InputFormat(), nil, limit: 0.8, threads: 1, warn: { _ in }, report: { _, _ in })
            #expect(try found.corpus.texts(of: [0, 2]) == [0: "first", 2: "third"])
        }
    }

    @Test func `A source without a valid row says what is wrong with the first`() {
        #expect(throws: (any Error).self) { try check(["a", "b"]) }
        do { _ = try check(["a", "b"]) } catch { #expect("\(error)".hasSuffix("train.csv: record 1, line 2: has 1 field, needs 2")) }
        do { _ = try check([]) } catch { #expect("\(error)".hasSuffix("train.csv: has no rows, needs at least one")) }
    }
}
