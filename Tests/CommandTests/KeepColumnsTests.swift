import Foundation
import TenorDamage
import Testing

/// `tenor classify` writes answers into the table that they belong to.
@Suite struct KeepColumnsTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    private let table = "\u{FEFF}id;text;n\r\n1;\"The soup; was \"\"warm\"\"\";a\r\n\r\n2;;b\r\n;;\r\n3;My room was cold.;c"

    /// Answers of the shape LABEL, PROBABILITY, replaced by words.
    private func masked(_ output: String) -> String {
        output.replacing(/\b(good|bad)\b/, with: "LABEL").replacing(/\b[01]\.\d{6}\b/, with: "P")
    }

    /// What a command writes to a file. The standard output of a ``Run`` has lost its byte order mark.
    private func written(_ line: String) async throws -> String {
        let run = try await program.run("\(line) --quiet --output written --force --model", model)
        #expect(run.status == 0 && run.output == "", "\(run.messages)")
        return String(decoding: try program.bytes("written"), as: UTF8.self)
    }

    @Test func `A table keeps its columns, its dialect and its blank rows, and gets a label and a probability`() async throws {
        try program.write(table, to: "a.csv")
        let output = try await written("classify a.csv --keep-columns")
        let wanted =
            "\u{FEFF}id;text;n;label;probability\r\n1;\"The soup; was \"\"warm\"\"\";a;LABEL;P\r\n\r\n2;;b;;\r\n;;;;\r\n3;My room was cold.;c;LABEL;P"
        #expect(masked(output).utf8.elementsEqual(wanted.utf8))
        let plain = try await program.run("classify a.csv --format csv --quiet --model", model)
        let answers = plain.lines[1].split(separator: ",")
        #expect(output.contains(";a;\(answers[2]);\(answers[3])\r\n"))
    }

    @Test func `Each label's probability has a column where that is wanted`() async throws {
        try program.write("text\nsoup\n", to: "a.csv")
        let run = try await program.run("classify a.csv --keep-columns --probabilities --column-prefix my_ --model", model)
        #expect(run.lines[0] == "text,my_label,my_probability,my_bad,my_good")
        let fields = run.lines[1].split(separator: ",")
        #expect(fields.count == 5 && abs(Double(fields[3])! + Double(fields[4])! - 1) < 2e-6)
        #expect(max(Double(fields[3])!, Double(fields[4])!) == Double(fields[2]))
    }

    @Test func `A pipe and compressed files give the same bytes`() async throws {
        try program.write(table, to: "a.csv")
        try program.write(gzipped(Array(table.utf8)), to: "b.csv.gz")
        try program.write(xzipped(Array(table.utf8)), to: "c.csv.xz")
        let file = try await program.run("classify a.csv --keep-columns --quiet --model", model)
        #expect(file.status == 0 && file.output.utf8.count > table.utf8.count)
        for name in ["b.csv.gz", "c.csv.xz"] {
            #expect(try await program.run("classify \(name) --keep-columns --quiet --model", model).output == file.output)
        }
        let pipe = try await program.run("classify --input-format csv --keep-columns --quiet --model", model, input: table)
        #expect(pipe.output == file.output)
        let output = try await program.run("classify a.csv --keep-columns --quiet --output out.csv --model", model)
        #expect(output.status == 0 && output.output == "")
        #expect(try program.read("out.csv") == file.output)
    }

    @Test func `JSON objects get keys, with null for a blank text`() async throws {
        try program.write("{\"text\": \"soup\", \"n\": [1]}\n{\"text\": \" \"}\n", to: "a.jsonl")
        let run = try await program.run("classify a.jsonl --keep-columns --quiet --model", model)
        #expect(run.lines[0].hasPrefix("{\"text\": \"soup\", \"n\": [1], \"label\": \"") && run.lines[0].hasSuffix("}"))
        #expect(run.lines[1] == "{\"text\": \" \", \"label\": null, \"probability\": null}")
        let objects = try objects(run)
        #expect(objects[0].count == 4 && objects[0]["probability"] is Double)
    }

    @Test func `A name that is taken is an error before the work, and a prefix avoids it`() async throws {
        try program.write("text,label\nsoup,x\n", to: "a.csv")
        let taken = try await program.run("classify a.csv --keep-columns --output out.csv --model", model)
        #expect(taken.status == 65 && taken.output == "")
        #expect(
            taken.error
                == "tenor: a.csv: has a column 'label' already, an added column needs another name; --column-prefix puts a text before its name"
        )
        #expect(try program.names == ["a.csv"])
        let other = try await program.run("classify a.csv --keep-columns --column-prefix new- --model", model)
        #expect(other.status == 0 && other.lines[0] == "text,label,new-label,new-probability")
        try program.write("text,good\nsoup,x\n", to: "b.csv")
        #expect(try await program.run("classify b.csv --keep-columns --model", model).status == 0)
        #expect(try await program.run("classify b.csv --keep-columns --probabilities --model", model).status == 65)
    }

    @Test func `Below a threshold the label is empty or says so`() async throws {
        try program.write("text,n\nsoup,1\n,2\n", to: "a.csv")
        let empty = try await program.run("classify a.csv --keep-columns --threshold 1 --quiet --model", model)
        #expect(empty.lines[1].contains(/^soup,1,,0\.\d{6}$/))
        let unsure = try await program.run("classify a.csv --keep-columns --threshold 1 --quiet --model", model, "--unsure-label", "a, b")
        #expect(unsure.lines[1].contains(/^soup,1,"a, b",0\.\d{6}$/) && unsure.lines[2] == ",2,,")
    }

    @Test func `Only answers less probable than a bound are written, and blank texts have none`() async throws {
        let rows = (0..<40).map { "The soup number \($0) was \($0 % 3 == 0 ? "cold" : "warm").,\($0)\n" }
        try program.write("\u{FEFF}text,n\n" + rows.joined(separator: "\n") + "\"\",40\n", to: "a.csv")
        let all = try await program.run("classify a.csv --keep-columns --quiet --model", model)
        let probabilities = all.lines.dropFirst().compactMap { Double($0.split(separator: ",").last!) }.sorted()
        // Between two probabilities that differ in the digits that are written.
        let place = try #require((10..<20).first { probabilities[$0 + 1] - probabilities[$0] > 3e-6 })
        let bound = (probabilities[place] + probabilities[place + 1]) / 2
        let some = try await program.run("classify a.csv --keep-columns --uncertain \(bound) --model", model)
        let wanted = all.lines.enumerated().filter { $0 == 0 || Double($1.split(separator: ",").last!).map { $0 < bound } ?? false }
        #expect(some.lines == wanted.map(\.element) && some.lines.count == place + 2)
        #expect(some.messages.contains("\(some.lines.count - 1) of 41 answers less probable than \(bound)\n"))
        #expect(try await written("classify a.csv --keep-columns --uncertain \(bound)") == "\u{FEFF}" + some.output)
        let lines = try await program.run("classify a.csv --uncertain \(bound) --quiet --model", model)
        #expect(lines.lines.count == some.lines.count - 1)
        #expect(try await program.run("classify a.csv --uncertain 0 --quiet --model", model).output == "")
    }

    @Test func `A label that the table's encoding lacks is an error before the work`() async throws {
        try program.write([UInt8]("text,n\ncaf".utf8) + [0xE9] + Array(",1\n".utf8), to: "a.csv")
        let latin = try program.start("classify a.csv --keep-columns --encoding latin1 --quiet --model", [model], from: .nullDevice)
        #expect(try await latin.end().status == 0)
        let run = try await program.run(
            "classify a.csv --keep-columns --encoding latin1 --threshold 1 --model", model, "--unsure-label", "漢")
        #expect(run.status == 65 && run.output == "")
        #expect(run.error == "tenor: a.csv: '漢' has a character that latin1 lacks; the file needs to be UTF-8")
    }

    @Test(arguments: [
        "--keep-columns --format csv", "--keep-columns --top 2", "--probabilities", "--column-prefix x", "--uncertain 2", "--resume",
        "--force",
        "--keep-columns a.csv b.csv",
    ])
    func `Options that mean nothing together are wrong usage`(options: String) async throws {
        let run = try await program.run("classify a.csv \(options) --model", model)
        #expect(run.status == 64 && run.messages.split(separator: "\n").count == 1, "\(run.messages)")
    }

    private func rows(_ count: Int) -> String {
        "id,text\n" + (0..<count).map { "\($0),\"The soup, number \($0) of many, was \($0 % 3 == 0 ? "cold" : "warm").\"\n" }.joined()
    }

    @Test func `A file of answers is there when it is complete, and replaces another only on demand`() async throws {
        try program.write(rows(50), to: "a.csv")
        try program.write("mine", to: "out.csv")
        let refused = try await program.run("classify a.csv --keep-columns --output out.csv --model", model)
        #expect(refused.status == 73)
        #expect(refused.error == "tenor: out.csv: exists already; name another place, or allow replacing it with --force")
        try program.write(rows(50) + "broken\n", to: "b.csv")
        let broken = try await program.run("classify b.csv --keep-columns --output out.csv --force --model", model)
        #expect(broken.status == 65)
        #expect(try program.read("out.csv") == "mine" && program.exists("out.csv.checkpoint"))
        #expect(broken.messages.hasPrefix("out.csv: not complete; the same command with --resume continues after 50 texts\n"))
        let again = try await program.run("classify b.csv --keep-columns --output new.csv --skip-bad-rows --quiet --model", model)
        #expect(again.status == 0)
        let run = try await program.run("classify a.csv --keep-columns --output out.csv --force --model", model)
        #expect(run.status == 0 && run.messages == "out.csv: saved\n")
        #expect(try program.read("out.csv") == program.read("new.csv"))
        #expect(try program.names == ["a.csv", "b.csv", "new.csv", "out.csv"])
    }

    /// Writes rows to standard input until the run has saved some answers, and sends it a signal.
    private func interrupted(_ line: String, _ table: String, by signal: Int32) async throws -> Run {
        let pipe = Pipe()
        let running = try program.start(line, [model], from: pipe.fileHandleForReading)
        for row in table.split(separator: "\n") where !program.exists("out.csv.checkpoint") {
            try pipe.fileHandleForWriting.write(contentsOf: Data("\(row)\n".utf8))
            try await Task.sleep(for: .milliseconds(5))
        }
        // The folder appears a moment before the program knows that it is complete.
        try await Task.sleep(for: .milliseconds(300))
        running.signal(signal)
        let run = try await running.end()
        try pipe.fileHandleForWriting.close()
        #expect(program.exists("out.csv.checkpoint") && !program.exists("out.csv"))
        return run
    }

    @Test(arguments: ["--keep-columns", "--format csv", "--keep-columns --uncertain 0.503"])
    func `A killed run is continued, and ends with the same bytes`(options: String) async throws {
        let rows = rows(3000)
        let line = "classify --input-format csv \(options) --output out.csv --model"
        #expect(try await interrupted(line, rows, by: SIGKILL).status == -SIGKILL)
        let forgotten = try await program.run(line, model, input: rows)
        #expect(forgotten.status == 73)
        #expect(
            forgotten.error
                == "tenor: out.csv.checkpoint: holds an interrupted run; --resume continues it, --force starts from the beginning")
        let other = try await program.run("\(line)", model, "--resume", "--threshold", "0.7", input: rows)
        #expect(other.status == 65)
        #expect(other.error.contains("belongs to another run, one with the same model, files and options is needed; --force in place of"))
        let resumed = try await program.run(line, model, "--resume", input: rows)
        #expect(resumed.status == 0)
        #expect(resumed.messages.contains(/^continuing after \d+ texts?\n/))
        let whole = try await program.run("classify --input-format csv \(options) --quiet --model", model, input: rows)
        #expect(try program.read("out.csv") == whole.output && whole.lines.count > 100)
        #expect(try program.names == ["out.csv"])
    }

    @Test func `An interrupted run says how to continue, and only on the rows that it read`() async throws {
        let rows = rows(3000)
        let line = "classify --input-format csv --keep-columns --output out.csv --model"
        let run = try await interrupted(line, rows, by: SIGINT)
        #expect(run.status == 130)
        #expect(run.error.contains(/^tenor: interrupted; the same command with --resume continues after \d+ texts?$/))
        for changed in [rows.replacing("number 0 of", with: "number x of"), "id,text\n0,a\n"] {
            let refused = try await program.run(line, model, "--resume", input: changed)
            #expect(refused.status == 65)
            #expect(
                refused.error.hasPrefix("tenor: out.csv.checkpoint: belongs to another run, one with the same input is needed; --force"))
        }
        // What comes after the rows that were answered may have changed.
        let resumed = try await program.run(line, model, "--resume", input: rows + "3000,one more\n")
        #expect(resumed.status == 0)
        #expect(try program.read("out.csv").split(separator: "\n").count == 3002)
    }

    @Test func `Without an interrupted run, a resumed one starts from the beginning and says so`() async throws {
        try program.write(rows(5), to: "a.csv")
        let run = try await program.run("classify a.csv --keep-columns --output out.csv --resume --model", model)
        #expect(run.status == 0)
        #expect(run.messages == "out.csv: there is no interrupted run to continue; this one starts from the beginning\nout.csv: saved\n")
        #expect(try program.read("out.csv").split(separator: "\n").count == 6)
    }
}
