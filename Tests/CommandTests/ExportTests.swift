import Foundation
import Testing

/// Exports and folders of a corpus, read by the commands without an option.
@Suite struct ExportTests {
    private let program: Program

    init() throws { program = try Program() }

    private func export(_ name: String) throws {
        let folder = Fixture.folder.deletingLastPathComponent().appending(path: "exports")
        try program.copy(folder.appending(path: name).path, to: name)
    }

    /// Ten texts of each of two labels, a file for each below `folder`.
    private func writeTexts(below folder: String) throws {
        for (label, words) in [("good", "made us laugh"), ("bad", "made us leave")] {
            try FileManager.default.createDirectory(atPath: program.path("\(folder)/\(label)"), withIntermediateDirectories: true)
            for number in 0..<10 { try program.write("Our guide \(words) \(number)", to: "\(folder)/\(label)/\(number).txt") }
        }
    }

    @Test func `An export is tuned on, evaluated and classified without an option`() async throws {
        try export("label-studio.json")
        let tuned = try await program.run(
            "tune label-studio.json --unfreeze none --head-fit stepped --epochs 1 --output out --model", Fixture.base)
        #expect(tuned.status == 0, "\(tuned.messages)")
        for said in [
            "label-studio.json: is read as a Label Studio export; --input-format json reads rows\n",
            "label-studio.json: 12 records, 8 used; left out: 1 skipped by the annotator, 2 without a label, 1 undecided between annotators\n",
            "label-studio.json: annotators disagree about 3 texts, first in record 3; 2 decided by most votes, 1 left out\n",
            "label-studio.json: 8 rows, 3 labels\n",
        ] { #expect(tuned.messages.contains(said)) }
        let evaluated = try await program.run("evaluate label-studio.json --model out")
        #expect(evaluated.status == 0 && evaluated.messages.contains(" of 8 rows were in the training data of out"))
        try export("doccano.jsonl")
        let classified = try await program.run("classify doccano.jsonl label-studio.json --format jsonl --model out")
        let answers = try objects(classified)
        #expect(classified.status == 0 && answers.count == 24 && answers[11]["row"] as? Int == 11)
        try export("fasttext-multi.txt")
        let refused = try await program.run("evaluate fasttext-multi.txt --model out")
        #expect(refused.status == 65)
        #expect(
            refused.error
                == "tenor: fasttext-multi.txt: record 1, line 1: has 2 labels, 'praise', 'garden', needs one: "
                + "there are rows with several labels, which is a multi-label task")
    }

    @Test func `A folder is tuned on by its train split and evaluated on its test split`() async throws {
        for split in ["train", "test", "val"] { try writeTexts(below: "reviews/\(split)") }
        let tuned = try await program.run("tune reviews --unfreeze none --head-fit stepped --epochs 1 --output out --model", Fixture.base)
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(tuned.messages.hasPrefix("reviews: its train split: 20 texts are read; not read: 10 files in 'test/bad', "))
        #expect(tuned.messages.contains("reviews: 20 records, 20 used\nreviews: has a validation split; --dev reviews measures on it\n"))
        let evaluated = try await program.run("evaluate reviews --model out")
        #expect(evaluated.status == 0 && evaluated.messages.contains("reviews: its test split: 20 texts are read"))
        let classified = try await program.run("classify reviews/test --model out")
        #expect(classified.status == 0 && classified.lines.count == 20 && classified.output.hasPrefix("reviews/test/bad/0.txt\t"))
        let wrong = try await program.run("classify out --model out")
        #expect(wrong.status == 66 && wrong.error == "tenor: out: is a model folder, rows are needed")
    }

    @Test func `What needs naming is named with the option`() async throws {
        let result = "{\"type\": \"choices\", \"from_name\": \"N\", \"value\": {\"choices\": [\"x\"]}}"
        let results = ["kind", "tone"].map { result.replacing("N", with: $0) }.joined(separator: ", ")
        try program.write("[{\"data\": {\"text\": \"a\"}, \"annotations\": [{\"result\": [\(results)]}]}]", to: "a.json")
        let run = try await program.run("tune a.json --output out --model", Fixture.base)
        let place = "tenor: a.json: record 1, line 1:"
        #expect(run.error == "\(place) answers 'kind', 'tone', the one with the labels needs naming; --label-column names it")
        try program.write("[{\"data\": {\"title\": \"a\", \"body\": \"b\"}, \"annotations\": []}]", to: "a.json")
        let text = try await program.run("tokenize a.json --model", Fixture.base)
        #expect(text.error == "\(place) has no 'text', but 'title', 'body', the one with the text needs naming; --text-column names it")
    }

    @Test func `Parquet files are refused with the line that converts them`() async throws {
        try program.write(Array("PAR1".utf8) + [0x15, 4] + [UInt8](repeating: 1, count: 20), to: "a.parquet")
        let run = try await program.run("tune a.parquet --output out --model", Fixture.base)
        #expect(run.status == 65)
        let line = "python3 -c \"import pandas; pandas.read_parquet('FILE').to_json('rows.jsonl', orient='records', lines=True)\""
        #expect(run.error == "tenor: a.parquet: is a Parquet file, text is needed: \(line)")
    }
}
