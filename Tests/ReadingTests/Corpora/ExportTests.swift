import Foundation
import TenorFiles
import TenorReading
import TenorThreads
import Testing

/// Exports of annotation tools are recognized and read without an option, and each of their records is accounted for.
@Suite struct ExportTests {
    /// A file of Tests/Fixtures/exports and what its recipe put into it.
    struct Fixture: Sendable, CustomTestStringConvertible {
        let name: String
        let records: Int
        let rows: [[String]]
        let leftOut: [String: Int]

        var path: String { Self.folder.appending(path: name).path }
        var testDescription: String { name }

        static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/exports").standardized

        static let all: [Fixture] = {
            let json = try! JSON(readingFile: folder.appending(path: "expected.json").path)
            return json.object!.members.map { member in
                Fixture(
                    name: member.key, records: member.value["records"]!.int!,
                    rows: member.value["rows"]!.array!.map { $0.array!.map { $0.string! } },
                    leftOut: Dictionary(uniqueKeysWithValues: member.value["leftOut"]!.object!.members.map { ($0.key, $0.value.int!) }))
            }
        }()
    }

    /// How a record of an export is told apart from others of its file.
    private func corpus(_ path: String, _ format: InputFormat = InputFormat(), said: Lock<[String]>? = nil) throws -> Corpus {
        try readCorpus(path, format, warn: { warning in said?.withLock { $0.append(warning.description.replacing(path, with: "F")) } })
    }

    @Test(arguments: Fixture.all) func `Every row of an export is read or accounted for`(_ fixture: Fixture) throws {
        let said = Lock<[String]>([])
        let corpus = try corpus(fixture.path, said: said)
        #expect(corpus.rows.map { [$0.text, $0.label ?? ""] } == fixture.rows)
        #expect(corpus.account.records == fixture.records && corpus.account.used == fixture.rows.count)
        #expect(Dictionary(uniqueKeysWithValues: corpus.account.leftOut.map { ($0.rawValue, $1) }) == fixture.leftOut)
        #expect(corpus.isExport)
        let messages = said.withLock { $0 }
        #expect(messages.count == 1 && messages[0].hasPrefix("F: is read as a"))
    }

    @Test(arguments: Fixture.all) func `Without labels each record of an export is a text`(_ fixture: Fixture) throws {
        var reader = try DocumentReader(fixture.path)
        var texts: [String] = []
        while let document = try reader.next() {
            #expect(document.labels == nil && document.row == texts.count)
            texts.append(document.text)
        }
        #expect(texts.count == fixture.records)
        #expect(Set(texts).isSuperset(of: fixture.rows.map { $0[0] }))
    }

    @Test(arguments: Fixture.all) func `An export is recognized under any name and in pieces of any size`(_ fixture: Fixture) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixture.path)))
        for name in ["a.txt", "a"] {
            for chunk in [1, 7, 1 << 16] {
                let rows = try documents(name, bytes, wantsLabels: true, chunk: chunk)
                // Annotations that are records of their own are counted when all are read.
                #expect(fixture.leftOut["repeated"] != nil || rows.map { [$0.text, $0.label!] } == fixture.rows, "\(name)")
            }
        }
    }

    @Test func `A named form is read as such`() throws {
        for fixture in Fixture.all {
            let form: InputForm =
                switch fixture.name.prefix(4) {
                case "labe": .labelStudio
                case "argi": .argilla
                case "prod": .prodigy
                case "docc": .doccano
                default: .fastText
                }
            let said = Lock<[String]>([])
            #expect(try corpus(fixture.path, InputFormat(form: form), said: said).account.records == fixture.records)
            #expect(said.withLock { $0 } == [])
        }
        let row = "{\"id\": 1, \"text\": \"a\", \"label\": [\"x\"]}\n"
        #expect(try warnings("a.jsonl", row, wantsLabels: true) == ["a.jsonl: is read as a doccano export"])
        #expect(try warnings("a.jsonl", row, InputFormat(form: .json), wantsLabels: true) == [])
    }

    @Test func `What annotators say together is the answer of most`() {
        func verdict(_ answers: Annotation...) -> Verdict { Verdict(answers) }
        #expect(verdict(.labels(["a"])) == .labels(["a"], isUnanimous: true))
        #expect(verdict(.labels(["a"]), .labels(["b"]), .labels(["a"])) == .labels(["a"], isUnanimous: false))
        #expect(verdict(.labels(["a"]), .labels(["b"])) == .leftOut(.undecided))
        #expect(verdict(.labels(["a"]), .labels(["a"]), .labels(["b"]), .labels(["b"]), .labels(["c"])) == .leftOut(.undecided))
        #expect(verdict(.none(.cancelled), .labels(["a"]), .none(.draft)) == .labels(["a"], isUnanimous: true))
        #expect(verdict(.labels(["a", "b"]), .labels(["b", "a"])) == .labels(["a", "b"], isUnanimous: true))
        #expect(verdict(.labels(["a", "b"]), .labels(["a"])) == .leftOut(.undecided))
        #expect(verdict(.none(.rejected), .labels(["a"])) == .leftOut(.undecided))
        #expect(verdict(.none(.rejected), .none(.rejected), .labels(["a"])) == .leftOut(.rejected))
        #expect(verdict() == .leftOut(.unlabelled) && verdict(.labels([])) == .leftOut(.unlabelled))
        #expect(verdict(.none(.draft), .labels([])) == .leftOut(.draft))
    }

    @Test func `Annotators who disagree are reported with the counts`() throws {
        let corpus = try corpus(Fixture.folder.appending(path: "label-studio.json").path)
        #expect(corpus.warnings.first == .disagreements(texts: 3, first: 3, decided: 2))
        #expect(
            corpus.warnings[0].description
                == "annotators disagree about 3 texts, first in record 3; 2 decided by most votes, 1 left out")
        #expect(
            corpus.account.description
                == "12 records, 8 used; left out: 1 skipped by the annotator, 2 without a label, 1 undecided between annotators")
    }

    @Test func `A row with several labels is refused by name where one is needed`() throws {
        func task(_ labels: String) -> String { "{\"text\": \"b\", \"answer\": \"accept\", \"accept\": [\(labels)]}" }
        let needed = "needs one: there are rows with several labels, which is a multi-label task"
        for (name, content, place) in [
            ("a.txt", "__label__x one\n\n__label__x __label__y two\n", "record 2, line 3"),
            ("a.jsonl", "{\"text\": \"a\", \"label\": [\"x\"]}\n{\"text\": \"b\", \"label\": [\"x\", \"y\"]}\n", "record 2, line 2"),
            ("a.json", "[\(task("\"x\"")),\n\(task("\"x\", \"y\""))]", "record 2, line 2"),
        ] {
            try withFile(name, Array(content.utf8)) { path in
                #expect {
                    try readCorpus(path, InputFormat(answers: .single))
                } throws: {
                    "\($0)".replacing(path, with: name) == "\(name): \(place): has 2 labels, 'x', 'y', \(needed)"
                }
                #expect(try readCorpus(path).answers == .sets([[0], [0, 1]]))
                let kept = try readCorpus(path, InputFormat(skipsBadRows: true), labels: ["x", "y"])
                #expect(kept.skipped == 1 && kept.account.records == kept.rows.count + 1)
            }
        }
        let row = try documents("a.txt", Array("__label__x __label__y two\n".utf8), wantsLabels: true)[0]
        #expect(row.labels == ["x", "y"] && row.label == nil && row.text == "two")
    }

    @Test func `A list with one label is that label`() throws {
        let rows = "{\"text\": \"a\", \"label\": [\"x\"]}\n{\"text\": \"b\", \"label\": \"y\"}\n{\"text\": \"c\", \"label\": [3]}\n"
        #expect(try labelled("a.jsonl", rows) == ["a|x", "b|y", "c|3"])
        #expect(try labelled("a.jsonl", "{\"text\": \"a\", \"label\": [\"\\u00e9\\n\"]}\n") == ["a|é\n"])
        // Zeros and ones are no label, and neither is nothing.
        let none = "{\"text\": \"a\", \"label\": []}\n{\"text\": \"a\", \"label\": [0, 0]}\n"
        #expect(
            try corpusComplaint("a.jsonl", none).hasPrefix("a.jsonl: record 2, line 2: has the label '0' more than once, needs each label"))
        for value in ["[[\"x\"]]", "[null]", "[{}]"] {
            #expect(
                try complaint("a.jsonl", "{\"text\": \"a\", \"label\": \(value)}\n")
                    == "a.jsonl: record 1, line 1: 'label' is an array, needs a string, a number, true or false")
        }
    }

    @Test func `Words that begin with the prefix are labels wherever they stand`() {
        func parts(_ line: String) -> [String] {
            let line = Array(line.utf8).withUnsafeBufferPointer { FastTextLine($0) }
            return [line.text] + line.labels
        }
        #expect(parts("__label__a  two  words ") == ["two  words", "a"])
        #expect(parts("two\twords __label__a __label__b __label__a") == ["two\twords", "a", "b"])
        #expect(parts("one __label__é\ttwo") == ["one\ttwo", "é"])
        #expect(parts("a__label__b __labe__c") == ["a__label__b __labe__c"])
        #expect(parts("__label__ x") == ["x", ""] && parts("") == [""] && parts(" \t") == [""])
    }

    @Test func `A line without a label is left out of a fastText file, and one that ends in a label is read`() throws {
        let path = "__label__x one\nnone\ntwo __label__y\n \n"
        let corpus = try withFile("a", Array(path.utf8)) { try readCorpus($0) }
        #expect(corpus.rows.map(\.text) == ["one", "two"] && corpus.account.leftOut == [.unlabelled: 2])
        // A table stays one, and so does a text that only looks like it.
        #expect(try labelled("a.csv", "__label__text,label\none,x\n", InputFormat(textColumns: ["__label__text"])) == ["one|x"])
        #expect(try texts("a.txt", "__label__ one\ntwo") == ["__label__ one\ntwo"])
        #expect(try texts("a.txt", "__label__x one\ntwo", InputFormat(form: .lines)) == ["__label__x one", "two"])
        #expect(try complaint("a.txt", "__label__ one\n", InputFormat(form: .fastText)) == "")
        #expect(throws: CorpusError.self) {
            try withFile("a.txt", Array("__label__ one\n".utf8)) { try readCorpus($0, InputFormat(form: .fastText)) }
        }
    }

    @Test func `A question and a text among several need naming`() throws {
        func task(_ data: String, _ names: String...) -> String {
            let results = names.map { "{\"type\": \"choices\", \"from_name\": \"\($0)\", \"value\": {\"choices\": [\"\($0)!\"]}}" }
            return "{\"data\": {\(data)}, \"annotations\": [{\"result\": [\(results.joined(separator: ", "))]}]}"
        }
        let two = "[" + task("\"text\": \"a\"", "kind", "tone") + "]"
        #expect(
            try complaint("a.json", two) == "a.json: record 1, line 1: answers 'kind', 'tone', the one with the labels needs naming")
        #expect(try labelled("a.json", two, InputFormat(labelColumns: ["tone"])) == ["a|tone!"])
        // The first record decides which question it is.
        let tasks = [task("\"text\": \"a\"", "kind"), task("\"text\": \"b\"", "tone", "kind"), task("\"text\": \"c\"", "tone")]
        #expect(try labelled("a.json", "[\(tasks.joined(separator: ", "))]") == ["a|kind!", "b|kind!"])
        let texts = "[" + task("\"title\": \"a\", \"body\": \"b\", \"n\": 1", "kind") + "]"
        #expect(
            try complaint("a.json", texts)
                == "a.json: record 1, line 1: has no 'text', but 'title', 'body', the one with the text needs naming")
        #expect(try labelled("a.json", texts, InputFormat(textColumns: ["title", "body"])) == ["a b|kind!"])
        #expect(
            try complaint("a.json", texts, InputFormat(textColumns: ["n"])) == "a.json: record 1, line 1: 'n' is a number, needs a string")
    }

    @Test func `An answer of Prodigy may be the label itself`() throws {
        let rows =
            "{\"text\": \"a\", \"label\": \"SPAM\", \"answer\": \"accept\"}\n{\"text\": \"b\", \"label\": \"SPAM\", \"answer\": \"reject\"}\n"
        #expect(try labelled("a.jsonl", rows) == ["a|SPAM"])
        #expect(try labelled("a.jsonl", rows, InputFormat(labelColumns: ["answer"])) == ["a|accept", "b|reject"])
        // Answers to questions are no such export.
        #expect(try labelled("a.jsonl", "{\"text\": \"a\", \"label\": \"x\", \"answer\": \"Paris\"}\n") == ["a|x"])
    }

    @Test(arguments: [
        ("{\"data\": {\"text\": \"b\"}}", "has no 'annotations', needs one"),
        ("{\"data\": {\"text\": \"b\"}, \"annotations\": [1]}", "'annotations' is an array with a number, needs an array of objects"),
        ("{\"data\": {\"text\": \"b\"}, \"annotations\": [{\"was_cancelled\": 1}]}", "'was_cancelled' is a number, needs true or false"),
        ("{\"data\": {\"text\": \"b\"}, \"annotations\": [{\"result\": [{\"type\": \"choices\"}]}]}", "has no 'from_name', needs one"),
        ("{\"annotations\": []}", "has no 'data', needs one"), ("{\"data\": {}, \"annotations\": []}", "has no 'text', needs one"),
        ("{\"data\": {\"text\": \"b\"}, \"annotations\": [], \"annotations\": []}", nil),
    ])
    func `A broken task of Label Studio is an error that names the record`(_ second: String, _ fault: String?) throws {
        let result = "{\"type\": \"choices\", \"from_name\": \"l\", \"value\": {\"choices\": [\"x\"]}}"
        let first = "{\"data\": {\"text\": \"a\"}, \"annotations\": [{\"result\": [\(result)]}]}"
        let said = try complaint("a.json", "[\(first),\n\(second)]")
        #expect(said.hasPrefix("a.json: record 2, line 2: \(fault ?? "is not a JSON object: ")"))
        #expect(try complaint("a.json", "[\(first),\n\(second)]", InputFormat(skipsBadRows: true)) == "")
    }

    @Test func `Answers and statuses that no tool writes are errors`() throws {
        func said(_ rows: String...) throws -> String { try complaint("a.jsonl", rows.joined(separator: "\n")) }
        let (prodigy, argilla) = (
            "{\"text\": \"a\", \"label\": \"x\", \"answer\": \"accept\"}", "{\"fields\": {\"text\": \"a\"}, \"responses\": []}"
        )
        #expect(
            try said(prodigy, "{\"text\": \"a\", \"label\": \"x\", \"answer\": \"acept\"}")
                == "a.jsonl: record 2, line 2: 'answer' is 'acept', needs accept, reject or ignore")
        #expect(try said(prodigy, "{\"text\": \"a\", \"label\": \"x\"}") == "a.jsonl: record 2, line 2: has no 'answer', needs one")
        let sent = "{\"fields\": {\"text\": \"a\"}, \"responses\": [{\"values\": {\"l\": {\"value\": \"x\"}}, \"status\": \"sent\"}]}"
        #expect(
            try said(argilla, sent) == "a.jsonl: record 2, line 2: 'status' is 'sent', needs submitted, discarded or draft")
        #expect(
            try said("{\"id\": 1, \"text\": \"a\", \"label\": [\"x\"]}", "{\"id\": 2, \"text\": \"b\", \"label\": [[0, 1, \"PER\"]]}")
                == "a.jsonl: record 2, line 2: 'label' is an array with an array, needs an array of labels")
        #expect(
            try said("{\"text\": \"a\", \"q.responses\": [\"x\"], \"q.responses.status\": [\"submitted\", \"draft\"]}")
                == "a.jsonl: record 1, line 1: 'q.responses.status' is an array of 2, needs one of 1")
    }

    @Test func `An export of which every record is left out says why`() throws {
        let rows =
            "{\"text\": \"a\", \"label\": \"x\", \"answer\": \"reject\"}\n{\"text\": \"b\", \"label\": \"x\", \"answer\": \"ignore\"}\n"
        _ = try withFile("a.jsonl", Array(rows.utf8)) { path in
            #expect {
                try readCorpus(path)
            } throws: {
                "\($0)".replacing(path, with: "F")
                    == "F: has no row with a label, needs at least one; 2 records, 0 used; left out: 1 rejected, 1 ignored"
            }
        }
    }

    @Test func `A long export is read in constant memory`() throws {
        let bytes = [UInt8](try Data(contentsOf: Fixture.folder.appending(path: "label-studio.json")))
        let tasks = bytes.dropFirst().dropLast()
        let content = Array("[".utf8) + Array(repeatElement(Array(tasks), count: 200).joined(separator: Array(",".utf8))) + Array("]".utf8)
        // Longer than a record may be.
        let rows = try documents("a.json", content, InputFormat(longestRecord: 10_000), wantsLabels: true, chunk: 500)
        #expect(rows.count == 200 * 8 && content.count > 1_000_000)
    }
}
