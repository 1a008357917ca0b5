import Foundation
import TenorReading
import TenorThreads
import Testing

/// Folders that are a corpus: tables and JSON files with splits, or a folder of texts for each label.
@Suite struct FolderTests {
    /// Calls `body` with the path of a folder with these files.
    private func withFolder<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tenor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, content) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        return try body(folder.path)
    }

    /// The rows of a folder, its messages and errors, without the folder's name.
    private func read(_ files: [String: String], _ splits: Split..., format: InputFormat = InputFormat()) throws -> (
        rows: [String], said: [String]
    ) {
        let said = Lock<[String]>([])
        return try withFolder(files) { folder in
            var format = format
            format.splits = splits
            do throws(CorpusError) {
                let corpus = try readCorpus(folder, format) { _ in
                } warn: { warning in
                    said.withLock { $0.append(warning.description.replacing(folder, with: "F")) }
                }
                return (corpus.rows.map { "\($0.text)|\($0.label!)|\($0.row)" }, said.withLock { $0 })
            } catch {
                return ([], [error.description.replacing(folder, with: "F")])
            }
        }
    }

    private let texts = [
        "pos/1.txt": "Good.", "pos/2.txt": "Very\ngood.", "neg/9": "Bad.", "neg/10.txt": "", ".git/x/y.txt": "no", "README.md": "no",
    ]

    @Test func `The folder of a text is its label, and each file is a row`() throws {
        let (rows, said) = try read(texts, .train)
        #expect(rows == ["|neg|0", "Bad.|neg|1", "Good.|pos|2", "Very\ngood.|pos|3"])
        #expect(said == ["F: 4 texts are read; not read: 'README.md'"])
        let lines = try read(texts, .train, format: InputFormat(linesAreDocuments: true))
        #expect(lines.rows == ["Bad.|neg|0", "Good.|pos|1", "Very|pos|2", "good.|pos|3"])
        // What looks like rows is a text too.
        #expect(
            try read(["a/1.txt": "{\"text\": \"x\"}", "b/1.txt": "__label__y z"]).rows == ["{\"text\": \"x\"}|a|0", "__label__y z|b|1"])
    }

    @Test func `Splits of a folder of texts are told apart, and texts without labels left out`() throws {
        let files = [
            "train/pos/0_9.txt": "a", "train/neg/0_2.txt": "b", "train/unsup/0_0.txt": "c", "train/unsup/1_0.txt": "c",
            "test/pos/0_1.txt": "d",
            "test/neg/0_4.txt": "e",
            "train/urls_neg.txt": "u", "imdb.vocab": "the", "train/labeledBow.feat": "1",
        ]
        let train = try read(files, .train)
        #expect(train.rows == ["b|neg|0", "a|pos|1"])
        let unread =
            "'imdb.vocab', 'test/neg/0_4.txt', 'test/pos/0_1.txt', 'train/labeledBow.feat', 2 files in 'train/unsup', 'train/urls_neg.txt'"
        #expect(train.said == ["F: its train split: 2 texts are read; not read: \(unread)"])
        #expect(try read(files, .test, .validation).rows == ["e|neg|0", "d|pos|1"])
        #expect(
            try read(files, .validation).said == ["F: has no validation split, only train and test; one of its files may be named instead"])
        #expect(try read(files).rows.count == 4)
    }

    @Test func `Files of a dataset belong to the split that their names say`() throws {
        let row = "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": \"y\"}\n"
        let files = [
            "README.md": "---\n", "data/train-00000-of-00002.jsonl": row, "data/train-00001-of-00002.jsonl": row,
            "data/dev.csv": "text,label\nc,x\nd,y\n",
            "data/my_test_file1.json": "[{\"text\": \"e\", \"label\": \"x\"}, {\"text\": \"f\", \"label\": \"y\"}]",
            "dataset_infos.json": "{}",
        ]
        let train = try read(files, .train)
        #expect(train.rows == ["a|x|0", "b|y|1", "a|x|2", "b|y|3"])
        let others = "'README.md', 2 files in 'data', 'dataset_infos.json'"
        #expect(train.said == ["F: its train split: 2 files are read; not read: \(others)"])
        #expect(try read(files, .validation).rows == ["c|x|0", "d|y|1"])
        #expect(try read(files, .test, .validation).rows == ["e|x|0", "f|y|1"])
        let single = try read(["rows.csv": "text,label\na,x\nb,y\n"], .test, .validation)
        #expect(single.rows == ["a|x|0", "b|y|1"] && single.said == ["F: 1 file is read"])
        #expect(
            try read(["train/a.csv": "text,label\na,x\nb,y\n", "val/a.csv": "text,label\nc,x\nd,y\n"], .validation).rows == [
                "c|x|0", "d|y|1",
            ])
    }

    @Test(arguments: [
        ("train.csv", Split.train), ("my_train_file.csv", .train), ("training-2.jsonl", .train), ("valid.json", .validation),
        ("data/VAL.csv", .validation),
        ("eval.csv", .test), ("test/part.csv", .test), ("train/test.csv", .test), ("trainer.csv", nil), ("rows.csv", nil),
        ("contest.csv", nil),
    ])
    func `A split is a word of a name`(_ path: String, _ split: Split?) { #expect(Split(path: path) == split) }

    @Test func `Folders that are no corpus say what they are`() throws {
        func said(_ files: [String: String]) throws -> String { try read(files, .train).said[0] }
        #expect(try said(["config.json": "{}", "train.csv": "text,label\n"]) == "F: is a model folder, rows are needed")
        let nothing = "F: is a directory, needs to be a file, or hold tables, JSON files, or a folder of .txt files for each label"
        for file in ["config.json", "modules.json", "tenor.json"] {
            #expect(try said([file: "{}", "a/b.txt": "x"]) == "F: is a model folder, rows are needed")
        }
        // A model below the corpus is not searched, and what is too deep is not lost in silence.
        let rows = "text,label\na,x\nb,y\n"
        let others = "F: 1 file is read; not read: 'a/b/c/d/', 'out/'"
        #expect(try said(["rows.csv": rows, "out/config.json": "{}", "out/metrics.json": "{}", "a/b/c/d/e.csv": rows]) == others)
        for files in [
            ["README.md": "x"], ["a.txt": "x"], ["train/a.txt": "x"], ["a/b/c/d/e.csv": "x"], ["a/config.json": "{}", "a/b.txt": "x"],
        ] {
            #expect(try said(files) == nothing)
        }
        #expect(
            try said(["state.json": "{}", "dataset_info.json": "{}", "data.arrow": "ARROW1"]).contains("load_from_disk('FOLDER').to_json("))
        #expect(try said(["dataset_dict.json": "{}", "train/data.arrow": "x"]).contains("load_from_disk('FOLDER')['train'].to_json("))
        let parquet = try said(["data/train-0.parquet": "PAR1"])
        #expect(parquet.hasPrefix("F/data/train-0.parquet: is a Parquet file, text is needed: python3 -c \"import pandas;"))
        #expect(CorpusError.badFolder(source: "", .nothing).kind == .noInput)
    }

    @Test func `A folder's digest changes with names and contents, and not with the place`() throws {
        func digest(_ files: [String: String]) throws -> String { try withFolder(files) { try readCorpus($0).digest } }
        let files = ["x/1.txt": "a", "y/1.txt": "b"]
        #expect(try digest(files) == digest(files))
        let slashed = try withFolder(files) { try readCorpus($0 + "//").digest }
        #expect(try digest(files) == slashed)
        #expect(try digest(files) != digest(["x/1.txt": "a", "y/1.txt": "c"]))
        #expect(try digest(files) != digest(["x/1.txt": "a", "z/1.txt": "b"]))
    }

    @Test func `Without labels all texts of a folder are read`() throws {
        try withFolder(["a.txt": "one", "x/b.txt": "two", "unsup/c.txt": "__label__z three"]) { folder in
            let place = try SourceFiles(folder, wantsLabels: false)
            #expect(place.files.map(\.path) == ["\(folder)/a.txt", "\(folder)/unsup/c.txt", "\(folder)/x/b.txt"])
            #expect(place.files.allSatisfy { $0.label == nil })
        }
    }
}
