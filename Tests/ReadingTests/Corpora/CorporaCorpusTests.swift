import Foundation
import TenorFiles
import TenorReading
import Testing

@Suite struct CorporaCorpusTests {
    private func corpus(_ content: String, _ format: InputFormat = InputFormat(), labels: [String]? = nil) throws -> Corpus {
        try withFile("a.csv", Array(content.utf8)) { try readCorpus($0, format, labels: labels) }
    }

    @Test func labelsAreSortedByTheirBytesAndRowsKnowTheirClass() throws {
        let corpus = try corpus("text,label\na,pos\nb,Neg\nc,\u{E9}\nd,pos\ne,e\u{301}\n")
        #expect(corpus.labels.map { Array($0.utf8) } == ["Neg", "e\u{301}", "pos", "\u{E9}"].map { Array($0.utf8) })
        #expect(corpus.answers.labels == [2, 0, 3, 2, 1])
        #expect(corpus.classCounts == [1, 1, 2, 1])
        #expect(corpus.rows.map(\.text) == ["a", "b", "c", "d", "e"])
    }

    @Test func labelsThatAreAllIntegersAreSortedByNumber() throws {
        #expect(try corpus("text,label\na,10\nb,9\nc,-1\nd,2\n").labels == ["-1", "2", "9", "10"])
        #expect(try corpus("text,label\na,10\nb,9\nc,x\n").labels == ["10", "9", "x"])
        #expect(try corpus("text,label\na,7\nb,07\nc,1\n").labels == ["1", "07", "7"])
    }

    @Test func knownLabelsKeepTheirOrderAndOneIsEnough() throws {
        let corpus = try corpus("text,label\na,pos\nb,pos\n", labels: ["pos", "neg"])
        #expect(corpus.labels == ["pos", "neg"])
        #expect(corpus.answers.labels == [0, 0])
        #expect(corpus.classCounts == [2, 0])
        #expect(
            try corpusComplaint("a.csv", "text,label\na,pos\nb,mixed\n", labels: ["pos", "neg"])
                == "a.csv: record 2, line 3: the label is 'mixed', needs one of 'pos', 'neg'")
    }

    @Test func aCorpusThatNothingCanBeLearntFromIsAnError() throws {
        #expect(try corpusComplaint("a.csv", "text,label\n") == "a.csv: has no rows, needs at least one")
        #expect(try corpusComplaint("a.jsonl", "") == "a.jsonl: has no rows, needs at least one")
        #expect(
            try corpusComplaint("reviews.csv", "text,label\na,positive\nb,positive\n")
                == "reviews.csv: all 2 rows are labelled 'positive', tuning needs at least two labels")
        #expect(try corpusComplaint("a.csv", "text,label\na,x\nb,\n") == "a.csv: record 2, line 3: the label is empty, needs a name")
        #expect(try corpusComplaint("a.csv", "text\na\n") == "a.csv: has no column 'label', its columns are 'text'")
        #expect(try corpusComplaint("a.txt", "a\n") == "a.txt: is plain text, labelled rows need a .csv, .tsv, .jsonl or .json file")
    }

    @Test func rowsWithoutALabelCanBeLeftOut() throws {
        let corpus = try corpus("text,label\na,x\nb,\nc,y\n", InputFormat(skipsBadRows: true))
        #expect(corpus.rows.map(\.text) == ["a", "c"])
        #expect(corpus.answers.labels == [0, 1])
        #expect(corpus.skipped == 1)
    }

    @Test func whatWasHardlyMeantIsWarnedOf() throws {
        let corpus = try corpus("text,label\n,pos\na,pos\n \t,neg\na,neg\na,neg\nb, Pos\nb, Pos\n")
        #expect(
            corpus.warnings == [
                .blankTexts(count: 2, first: 1), .contradictions(texts: 1, first: 2, second: 4), .labels(.inSpace([" Pos"])),
                .labels(.alike([" Pos", "pos"], [.letterCase, .whiteSpace])),
            ])
        #expect(
            corpus.warnings.map(\.description) == [
                "2 rows have no text, the first is record 1", "1 text stands under different labels, as in records 2 and 4",
                "white space around labels: ' Pos'", "labels that differ only in case or white space: ' Pos', 'pos'",
            ])
        #expect(try self.corpus("text,label\na,x\nb,y\nb,y\n").warnings.isEmpty)
    }

    @Test func `Labels that are known beforehand are not checked again`() throws {
        #expect(try corpus("text,label\na,Pos\nb,pos\n", labels: ["Pos", "pos"]).warnings.isEmpty)
    }

    @Test func `Numbers are taken for a model's placeholders, with a message`() throws {
        let corpus = try corpus("text,label\na,1\nb,0\nc,LABEL_1\n", labels: ["LABEL_0", "LABEL_1"])
        #expect(corpus.answers.labels == [1, 0, 1] && corpus.labels == ["LABEL_0", "LABEL_1"])
        #expect(corpus.warnings == [.numbersForPlaceholders(rows: 2, example: "1")])
        #expect(
            corpus.warnings[0].description
                == "2 labels are numbers, such as '1', and taken for the model's label of that number, 'LABEL_1'")
        #expect(
            try corpusComplaint("a.csv", "text,label\na,0\n", labels: ["no", "yes"])
                == "a.csv: record 1, line 2: the label is '0', needs one of 'no', 'yes'")
    }

    @Test func `An unknown label that looks like a known one is told from it`() throws {
        #expect(
            try corpusComplaint("a.csv", "text,label\na,cafe\u{301}\n", labels: ["bar", "caf\u{E9}"])
                == "a.csv: record 1, line 2: the label is 'cafe\u{301}', needs one of 'bar', 'caf\u{E9}'; "
                + "labels that differ only in Unicode composition: 'cafe\u{301}' (U+0301), 'caf\u{E9}' (U+00E9)")
    }

    @Test func `A column of amounts is no column of labels`() throws {
        let rows = (0..<40).map { "a text,\($0 + 1)99\n" }.joined()
        let odd = try corpus("text,label\n" + rows)
        let error = #expect(throws: CorpusError.self) { try odd.requireLikelyLabels() }
        #expect(error?.description.contains("40 of 40 rows have a label that no other row has, such as '199', '299'") == true)
        #expect(error?.kind == .badData)
        #expect(throws: Never.self) { try corpus("text,label\na,x\nb,y\n").requireLikelyLabels() }
    }

    @Test func theDigestIsThatOfTheFile() throws {
        // From sha256sum.
        let content = "\u{FEFF}text,label\na,x\nb,y\n"
        #expect(try corpus(content).digest == "923ec6e311f04f65f799c1dc17bec74b16679011819f973911716ca71cd7a0df")
    }

    @Test func theDigestIsThatOfTheStandardsExamples() {
        func digest(_ text: String) -> String {
            var sha = SHA256()
            for byte in text.utf8 { sha.update([byte]) }
            return sha.hexadecimal
        }
        #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        var million = SHA256()
        for _ in 0..<8 { million.update([UInt8](repeating: 0x61, count: 125_000)) }
        #expect(million.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func theProcessorsOwnInstructionsGiveTheSameDigestAsThePlainOnes() {
        for blocks in [0, 1, 2, 3, 17] {
            let bytes = (0..<64 * blocks).map { UInt8(truncatingIfNeeded: $0 &* 0x9E37 >> 3) }
            var states = Array(repeating: (0..<8).map { UInt32($0) &* 0x9E37_79B9 }, count: 2)
            bytes.withUnsafeBytes {
                compress($0, into: &states[0])
                compressPlainly($0, into: &states[1])
            }
            #expect(states[0] == states[1], "\(blocks) blocks")
        }
    }
}
