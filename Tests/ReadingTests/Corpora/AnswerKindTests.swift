import Foundation
import TenorFiles
import TenorReading
import Testing

/// What the label columns of a corpus hold.
@Suite struct AnswerKindTests {
    private func corpus(_ content: String, _ format: InputFormat = InputFormat(), labels: [String]? = nil, name: String = "a.csv") throws
        -> Corpus
    {
        try withFile(name, Array(content.utf8)) { try readCorpus($0, format, labels: labels) }
    }

    private func columns(_ names: String..., kind: AnswerKind? = nil) -> InputFormat { InputFormat(labelColumns: names, answers: kind) }

    @Test func `Columns of 0 and 1 are labels, columns of other numbers are numbers`() throws {
        let flags = try corpus("text,rude,spam\na,1,0\nb,0,0\nc,true,1.0\n", columns("rude", "spam"))
        #expect(flags.labels == ["rude", "spam"] && flags.answers == .sets([[0], [], [0, 1]]) && flags.classCounts == [2, 1])
        #expect(flags.reason == .flags(["rude", "spam"]))
        let numbers = try corpus("text,x,y\na,1,0\nb,0,2.5\n", columns("x", "y"))
        #expect(
            numbers.labels == ["x", "y"] && numbers.answers == .numbers([[1, 0], [0, 2.5]]) && numbers.reason == .columns(["x", "y"]))
        let asked = try corpus("text,x,y\na,1,0\nb,0,1\n", columns("x", "y", kind: .regression))
        #expect(asked.answers == .numbers([[1, 0], [0, 1]]) && asked.reason == nil)
    }

    @Test func `A list is labels, and one column of numbers with fractions is numbers`() throws {
        let lists =
            "{\"text\": \"a\", \"label\": [\"x\"]}\n{\"text\": \"b\", \"label\": []}\n{\"text\": \"c\", \"label\": [\"y\", \"x\"]}\n"
        let found = try corpus(lists, name: "a.jsonl")
        #expect(found.labels == ["x", "y"] && found.answers == .sets([[0], [], [0, 1]]) && found.reason == .lists(rows: 2, of: 3))
        let numbers = try corpus("text,label\na,0.5\nb,2\nc,-1e-1\n")
        #expect(numbers.labels == ["label"] && numbers.answers == .numbers([[0.5], [2], [-0.1]]))
        #expect(numbers.reason == .fractions(column: "label", values: 3))
        // Whole numbers, two values, and what is a number only in part are names.
        for rows in ["a,1\nb,2\nc,3\n", "a,0.0\nb,1.0\n", "a,0.5\nb,1\n", "a,0.5\nb,2\nc,x\n"] {
            #expect(try corpus("text,label\n" + rows).answers.labels.count > 0, "\(rows)")
        }
        #expect(try corpus("text,label\na,0.5\nb,2\nc,1.5\n", InputFormat(answers: .single)).answers == .labels([0, 2, 1]))
    }

    @Test func `A separator divides the labels in a cell`() throws {
        let corpus = try corpus("text,label\na,x; y\nb,\nc,y ;x;\n", InputFormat(labelSeparator: ";"))
        #expect(corpus.labels == ["x", "y"] && corpus.answers == .sets([[0, 1], [], [0, 1]]) && corpus.reason == nil)
        #expect(
            try corpusComplaint("a.csv", "text,label\na,x;y;x\n", InputFormat(labelSeparator: ";"))
                == "a.csv: record 1, line 2: has the label 'x' more than once, needs each label by its name and once")
    }

    @Test func `Rows without a label are rows only where a row may have any number of them`() throws {
        let rows = "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": []}\n{\"text\": \"c\", \"label\": \"y\"}\n"
        let single = try corpus(rows, InputFormat(answers: .single), name: "a.jsonl")
        #expect(single.rows.map(\.text) == ["a", "c"] && single.account.leftOut == [.unlabelled: 1] && single.account.records == 3)
        let multi = try corpus(rows, InputFormat(answers: .multi), name: "a.jsonl")
        #expect(multi.rows.count == 3 && multi.answers == .sets([[0], [], [1]]))
    }

    @Test func `Known labels are found by the names of columns and in lists`() throws {
        let flags = try corpus("text,b,a\nx,1,0\ny,1,1\n", columns("b", "a", kind: .multi), labels: ["a", "b", "c"])
        #expect(flags.labels == ["a", "b", "c"] && flags.answers == .sets([[1], [0, 1]]))
        let numbers = try corpus("text,b,a\nx,5,7\n", columns("b", "a", kind: .regression), labels: ["a", "b"])
        #expect(numbers.answers == .numbers([[7, 5]]))
        let renamed = try corpus("text,stars\nx,5\n", columns("stars", kind: .regression), labels: ["score"])
        #expect(renamed.labels == ["score"] && renamed.answers == .numbers([[5]]))
        #expect(
            try corpusComplaint("a.csv", "text,label\na,z\n", InputFormat(answers: .multi), labels: ["x"])
                == "a.csv: record 1, line 2: the label is 'z', needs one of 'x'")
    }

    @Test func `What is no number, or neither 0 nor 1, is named`() throws {
        #expect(
            try corpusComplaint("a.csv", "text,x\na,1\nb,many\n", columns("x", kind: .regression))
                == "a.csv: record 2, line 3: 'x' is 'many', needs a number")
        #expect(
            try corpusComplaint("a.csv", "text,x\na,1\nb,inf\n", columns("x", kind: .regression))
                == "a.csv: record 2, line 3: 'x' is 'inf', needs a number")
        #expect(
            try corpusComplaint("a.csv", "text,x,y\na,1,0\nb,2,0\n", columns("x", "y", kind: .multi))
                == "a.csv: record 2, line 3: 'x' is '2', needs 0 or 1")
        let kept = try corpus(
            "text,x\na,1\nb,many\nc,3\n", InputFormat(labelColumns: ["x"], answers: .regression, skipsBadRows: true))
        #expect(kept.answers == .numbers([[1], [3]]) && kept.skipped == 1)
    }
}
