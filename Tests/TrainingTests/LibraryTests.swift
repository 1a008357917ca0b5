import Foundation
import Tenor
import TenorSupport
import Testing

/// The library as an embedding program sees it: through `import Tenor` alone. The expected values come from the fixtures.
@Suite struct LibraryTests {
    @Test("A loaded classifier gives torch's logits, and the probabilities that follow from them")
    func classify() throws {
        let model = try SmallModel()
        let classifier = try Classifier(folder: model.folder)
        #expect(classifier.labels == ["negative", "neutral", "positive"])
        #expect(classifier.maxLength == 40)
        let answers = classifier.classify(model.texts)
        #expect(answers.count == model.texts.count)
        #expect(largestDifference(answers.flatMap(\.logits), try model.fixture.expected("logits")) < 1e-4)
        for answer in answers {
            let powers = answer.logits.map { exp(Double($0)) }
            let total = powers.reduce(0, +)
            for (label, power) in zip(classifier.labels, powers) { #expect(abs(answer[label]! - power / total) < 1e-6) }
            #expect(answer.choices.map(\.probability) == answer.choices.map(\.probability).sorted(by: >))
            #expect(answer.label == answer.choices[0].label && answer.probability == answer.choices[0].probability)
            #expect(answer[answer.label] == answer.probability && answer["none such"] == nil)
            #expect(answer.truncatedTokens == 0)
        }
    }

    @Test("One text or many, one thread or two, one caller or eight: the answers are the same")
    func grouping() async throws {
        let model = try SmallModel()
        let classifier = try Classifier(folder: model.folder, threads: 2)
        let answers = classifier.classify(model.texts)
        #expect(try Classifier(folder: model.folder, threads: 1).classify(model.texts) == answers)
        for (text, answer) in zip(model.texts, answers) {
            #expect(largestDifference(classifier.classify(text).logits, answer.logits) < 1e-5)
        }
        await withTaskGroup(of: [Prediction].self) { group in
            for _ in 0..<8 { group.addTask { classifier.classify(model.texts) } }
            for await same in group { #expect(same == answers) }
        }
        let many = classifier.classify((0..<2500).map { model.texts[$0 % 6] })
        #expect(many.count == 2500 && many[2499].label == answers[2499 % 6].label)
        #expect(classifier.classify([]).isEmpty)
        #expect(classifier.classify("") == classifier.classify("  "))
    }

    @Test("A text that is too long is cut, and the answer says by how much")
    func boundary() throws {
        let model = try SmallModel()
        let classifier = try Classifier(folder: model.folder, maxLength: 5)
        #expect(classifier.maxLength == 5)
        let answer = classifier.classify("w11 w12 w13 w14 w15")
        #expect(answer.truncatedTokens == 2)
        #expect(answer.logits == classifier.classify("w11 w12 w13").logits)
    }

    @Test("Other precisions come close to fp32, or are said to be unavailable", arguments: [(Precision.bf16, Float(0.1)), (.int8, 0.2)])
    func precision(_ precision: Precision, _ bound: Float) throws {
        let model = try SmallModel()
        guard precision.isAvailable else {
            let error = #expect(throws: TenorError.self) { try Classifier(folder: model.folder, precision: precision) }
            #expect(error?.kind == .unavailable)
            return
        }
        let exact = try Classifier(folder: model.folder).classify(model.texts).flatMap(\.logits)
        let rounded = try Classifier(folder: model.folder, precision: precision).classify(model.texts).flatMap(\.logits)
        #expect(largestDifference(rounded, exact) < bound && rounded != exact)
    }

    @Test("Tuning learns, writes a folder that answers as it measured, and tells what it does")
    func tune() throws {
        let model = try SmallModel()
        var tuner = model.tuner(.all)
        tuner.epochs = 20
        tuner.learningRate = 2.5e-3
        let output = model.path("tuned")
        var (steps, epochs): ([Int], [Tuner.Epoch]) = ([], [])
        let summary = try tuner.tune(model.rows(120), output: output) { progress in
            switch progress {
            case .step(let step, of: let count, let loss):
                steps.append(step)
                #expect(count == 20 * 14 && loss.isFinite)
            case .epoch(let epoch): epochs.append(epoch)
            case .encoded, .message, .resumed, .comparing, .compared, .chosen: Issue.record("nothing is frozen here, and the run is new")
            // Happens only if an epoch takes seconds.
            case .checkpointed: break
            }
        }
        #expect(steps == Array(1...280))
        #expect(epochs.map(\.number) == Array(1...20))
        #expect(epochs.last!.trainLoss < epochs[0].trainLoss / 2)
        #expect(summary.labels == ["even", "odd"])
        #expect(summary.dev?.rows == 12)
        let bestDev = try #require(epochs.last { $0.isBest }?.dev)
        #expect(summary.dev?.confusion == bestDev.confusion && summary.epoch == epochs.last { $0.isBest }?.number)
        // The summary is of the calibrated classifier.
        #expect(try #require(summary.dev?.logLoss) <= bestDev.logLoss)
        let classifier = try Classifier(folder: output)
        let scores = try classifier.evaluate(model.rows(200).suffix(80))
        #expect(scores.accuracy > 0.9 && scores.rows == 80)
        #expect(scores.labels.map(\.label) == ["even", "odd"] && scores.labels.map(\.rows) == [40, 40])
        #expect(scores.confusion.flatMap { $0 }.reduce(0, +) == 80)
        #expect(scores.accuracyInterval.contains(scores.accuracy))
        #expect(FileManager.default.fileExists(atPath: output + "/training.jsonl"))

        #expect(throws: TenorError.self) { try tuner.tune(model.rows(120), output: output) }
        tuner.replacesOutput = true
        tuner.threads = 1
        let again = try tuner.tune(model.rows(120), output: output)
        #expect(again == summary)
        let texts = model.rows(200).map(\.text)
        #expect(try Classifier(folder: output).classify(texts) == classifier.classify(texts), "the same seed gives the same bits")
    }

    @Test("An output that cannot be written is found out before the work, and an empty folder may be filled")
    func output() throws {
        let model = try SmallModel()
        var tuner = model.tuner(.none)
        func tune(_ output: String) throws {
            try tuner.tune(model.rows(60), output: output) { _ in
                Issue.record("it has begun")
                throw CancellationError()
            }
        }
        tuner.replacesOutput = true
        #expect(throws: TenorError.self) { try tune("") }
        #expect(throws: TenorError.self) { try tune(model.path("none/tuned")) }
        #expect(throws: TenorError.self) { try tune(model.folder) }
        #expect(throws: TenorError.self) { try tune(model.path("a/" + String(repeating: "n", count: 300))) }
        try FileManager.default.createDirectory(atPath: model.path("work"), withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(filePath: model.path("work/file")))
        #expect(throws: TenorError.self) { try tune(model.path("work")) }
        try FileManager.default.removeItem(atPath: model.path("work/file"))
        tuner.replacesOutput = false
        try tuner.tune(model.rows(60), output: model.path("work"))
        #expect(throws: TenorError.self) { try tune(model.path("work")) }
    }

    @Test("Labels of the same name are an error where rows are compared with them")
    func sameNames() throws {
        let model = try SmallModel()
        let path = model.folder + "/config.json"
        let json = try String(contentsOfFile: path, encoding: .utf8)
        #expect(json.contains("neutral"))
        try json.replacing(#""1": "neutral""#, with: #""1": "negative""#).write(toFile: path, atomically: true, encoding: .utf8)
        let classifier = try Classifier(folder: model.folder)
        #expect(throws: TenorError.self) { try classifier.evaluate([LabelledText("a", label: "negative")]) }
    }

    @Test("Each policy tunes, and what is frozen is computed once", arguments: [Tuner.Unfreezing.none, .top(1), .gradual])
    func policies(_ policy: Tuner.Unfreezing) throws {
        let model = try SmallModel()
        var prepared = 0
        let (rows, dev) = (model.rows(60), Array(model.rows(80).suffix(20)))
        let summary = try model.tuner(policy).tune(rows, dev: dev, output: model.path("tuned")) { progress in
            if case .encoded(let rows, of: 80) = progress { prepared = rows }
        }
        #expect(prepared == 80)
        #expect(summary.dev?.rows == 20)
        let measured = try Classifier(folder: model.path("tuned")).evaluate(dev)
        #expect(measured.accuracy == summary.dev?.accuracy && abs(measured.logLoss - summary.dev!.logLoss) < 1e-5)
    }

    @Test("A run that was stopped after a checkpoint resumes, and ends with the bits of one that was not")
    func resume() throws {
        struct Stop: Error {}
        let model = try SmallModel()
        var tuner = model.tuner(.top(1))
        tuner.epochs = 5000
        tuner.warmup = 0.2
        tuner.weightDecay = 0.1
        tuner.dropout = 0.2
        let (rows, parts, whole) = (model.rows(40), model.path("parts"), model.path("whole"))
        try tuner.tune(rows, output: whole)
        #expect(throws: Stop.self) {
            try tuner.tune(rows, output: parts) { if case .checkpointed = $0 { throw Stop() } }
        }
        #expect(!FileManager.default.fileExists(atPath: parts))
        let forgotten = #expect(throws: TenorError.self) { try tuner.tune(rows, output: parts) }
        #expect(forgotten?.kind == .notWritten)
        tuner.resumes = true
        var resumed: Int?
        try tuner.tune(rows, output: parts) { if case .resumed(let epoch) = $0 { resumed = epoch } }
        #expect(resumed ?? 0 > 0)
        for file in ["model.safetensors", "training.jsonl", "tenor.json"] {
            #expect(FileManager.default.contentsEqual(atPath: "\(parts)/\(file)", andPath: "\(whole)/\(file)"), "\(file)")
        }
        #expect(!FileManager.default.fileExists(atPath: parts + ".checkpoint"))
    }

    @Test("What a progress closure throws ends the run as it is, and nothing is written")
    func stopped() throws {
        let model = try SmallModel()
        #expect(throws: CancellationError.self) {
            try model.tuner(.all).tune(model.rows(60), output: model.path("tuned")) { progress in
                if case .step(3, of: _, loss: _) = progress { throw CancellationError() }
            }
        }
        #expect(!FileManager.default.fileExists(atPath: model.path("tuned")))
    }

    @Test("What is wrong is said in a line, and of the right kind")
    func errors() throws {
        let model = try SmallModel()
        let (rows, output) = (model.rows(20), model.path("tuned"))
        func fails(_ kind: TenorError.Kind, _ words: String, _ body: () throws -> Void) {
            let error = #expect(throws: TenorError.self) { try body() }
            #expect(error?.kind == kind)
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "") says nothing of '\(words)'")
            #expect(error?.description.contains("\n") == false)
        }
        func tune(_ rows: [LabelledText], dev: [LabelledText]? = nil, _ change: (inout Tuner) -> Void = { _ in }) throws {
            var tuner = model.tuner(.none)
            change(&tuner)
            try tuner.tune(rows, dev: dev, output: output)
        }
        fails(.missing, "nowhere/config.json") { _ = try Classifier(folder: model.path("nowhere")) }
        fails(.badRequest, "at most 40") { _ = try Classifier(folder: model.folder, maxLength: 41) }
        fails(.badRequest, "maxLength must be at least 3") { _ = try Classifier(folder: model.folder, maxLength: 2) }
        fails(.badRequest, "threads") { _ = try Classifier(folder: model.folder, threads: 0) }
        fails(.badData, "row 1: the label is 'even', needs one of 'negative'") { _ = try Classifier(folder: model.folder).evaluate(rows) }
        fails(.badData, "there are no rows") { _ = try Classifier(folder: model.folder).evaluate([]) }
        fails(.badData, "there are none, tuning needs at least two") { try tune([]) }
        fails(.badData, "all are labelled 'even'") { try tune(rows.filter { $0.label == "even" }) }
        fails(.badData, "row 2: the label is empty") { try tune([rows[0], LabelledText("w7", label: "")]) }
        fails(.badData, "row 1: the label is 'both'") { try tune(rows, dev: [LabelledText("w7", label: "both")]) }
        fails(.badData, #"the label is 'bo\nth'"#) { try tune(rows, dev: [LabelledText("w7", label: "bo\nth")]) }
        fails(.badRequest, "fp32 or bf16") { try tune(rows) { $0.precision = .int8 } }
        fails(.badRequest, "epochs must be from 1 to 1000000") { try tune(rows) { $0.epochs = 0 } }
        fails(.badRequest, "patience") { try tune(rows) { ($0.devFraction, $0.patience) = (0, 1) } }
        fails(.badRequest, "at most 40") { try tune(rows) { $0.maxLength = 50 } }
        fails(.missing, "nowhere") { try tune(rows) { $0.base = model.path("nowhere") } }
        fails(.diverged, "the loss is") { try tune(rows) { $0.headLearningRate = 1e38 } }
        fails(.notWritten, "no/such") { try model.tuner(.none).tune(rows, output: model.path("no/such/folder")) }
        #expect(!FileManager.default.fileExists(atPath: output))
        fails(.missing, "no such file") { _ = try LabelledText.read(model.path("none.csv")) }
    }

    @Test("A head goes on with the labels that it has, and grows by those that it lacks")
    func labels() throws {
        let model = try SmallModel()
        let three = model.rows(60).enumerated().map { LabelledText($1.text, label: $0 % 5 == 4 ? "fifth" : $1.label) }
        try model.tuner(.none).tune(three, output: model.path("three"))
        var tuner = model.tuner(.none)
        tuner.base = model.path("three")
        var messages: [String] = []
        let kept = try tuner.tune(model.rows(40), dev: three, output: model.path("kept")) {
            if case .message(let text) = $0 { messages.append(text) }
        }
        #expect(kept.labels == ["even", "fifth", "odd"] && kept.dev?.rows == 60)
        #expect(messages.contains("the base's own head is kept, with 'fifth', which no row has"))
        let more = model.rows(40) + [LabelledText("w7", label: "both"), LabelledText("w8", label: "both")]
        let grown = try tuner.tune(more, output: model.path("grown")) { if case .message(let text) = $0 { messages.append(text) } }
        #expect(grown.labels == ["even", "fifth", "odd", "both"])
        #expect(messages.contains("the base's own head grows by 'both'"))
    }

    @Test("Labels that look like ids are refused, unless they are to be accepted")
    func oddLabels() throws {
        let model = try SmallModel()
        let rows = model.rows(40).enumerated().map { LabelledText($1.text, label: "id-\($0)") }
        var tuner = model.tuner(.none)
        tuner.epochs = 1
        let error = #expect(throws: TenorError.self) { try tuner.tune(rows, output: model.path("tuned")) }
        #expect(error?.kind == .badData && error?.description.hasPrefix("training rows: 40 of 40 rows have a label that no other") == true)
        tuner.acceptsAnyLabels = true
        #expect(try tuner.tune(rows, output: model.path("tuned")).labels.count == 40)
    }

    @Test("Without a checkpoint a run that may resume starts from the beginning, with a message")
    func nothingToResume() throws {
        let model = try SmallModel()
        var tuner = model.tuner(.none)
        tuner.resumes = true
        var messages: [String] = []
        try tuner.tune(model.rows(40), output: model.path("tuned")) { if case .message(let text) = $0 { messages.append(text) } }
        #expect(messages.count == 1 && messages[0].hasSuffix("there is no interrupted run to continue; training starts from the beginning"))
    }

    @Test("The pairs of a label and its answer are those of the confusion table")
    func pairs() throws {
        let model = try SmallModel()
        try model.tuner(.none).tune(model.rows(60), output: model.path("tuned"))
        let scores = try Classifier(folder: model.path("tuned")).evaluate(model.rows(50))
        #expect(scores.answers.reduce(0) { $0 + $1.rows } == 50)
        for pair in scores.answers {
            let places = [pair.label, pair.answer].map { label in scores.labels.firstIndex { $0.label == label }! }
            #expect(scores.confusion[places[0]][places[1]] == pair.rows && pair.rows > 0)
        }
    }

    @Test("A table's rows are read with the columns that are asked for")
    func read() throws {
        let model = try SmallModel()
        let table = model.path("mails.csv")
        try "subject,body,topic\nHello,\"two\nlines\",a\n,empty,b\n".write(toFile: table, atomically: true, encoding: .utf8)
        #expect(
            try LabelledText.read(table, textColumns: ["subject", "body"], labelColumn: "topic") == [
                LabelledText("Hello two\nlines", label: "a"), LabelledText(" empty", label: "b"),
            ])
        let error = #expect(throws: TenorError.self) { try LabelledText.read(table) }
        #expect(error?.kind == .badData)
    }

    @Test("The example tunes in its first run and only loads in its second")
    func example() throws {
        let model = try SmallModel()
        let table = model.path("mails.csv")
        let rows = model.rows(60).map { "\($0.text),\($0.label)\n" }
        try ("text,label\n" + rows.joined()).write(toFile: table, atomically: true, encoding: .utf8)
        let first = try run("ClassifyMail", [model.folder, table, model.path("topics")], input: "w6 w8\nw7 w9\n")
        #expect(first.status == 0)
        #expect(first.output.contains("tuned for even, odd\n"))
        #expect(first.output.contains(": w6 w8\n") && first.output.contains(": w7 w9\n"))
        let second = try run("ClassifyMail", [model.folder, table, model.path("topics")], input: "w6 w8\nw7 w9\n")
        #expect(second.status == 0)
        #expect(first.output.hasSuffix(second.output) && second.output.split(separator: "\n").count == 2)
        #expect(try run("ClassifyMail", [], input: "").status == 64)
        #expect(try run("ClassifyMail", [model.path("nowhere"), table, model.path("other")], input: "").status == 1)
    }

    /// Runs a program that was built beside the tests.
    private func run(_ program: String, _ arguments: [String], input: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let tests = try #require(CommandLine.arguments.first)
        process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(program)
        process.arguments = arguments
        let (written, read) = (Pipe(), Pipe())
        process.standardInput = written
        process.standardOutput = read
        process.standardError = FileHandle.nullDevice
        try process.run()
        written.fileHandleForWriting.write(Data(input.utf8))
        try written.fileHandleForWriting.close()
        let output = try read.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// A fixture in a temporary folder, with a vocabulary in which id 17 is spelt "w17", so that the fixture's ids can be written as text.
final class SmallModel: Sendable {
    let fixture: ModelFixture
    private let temporary: String

    var folder: String { path("model") }

    init(_ name: String = "bert-erf") throws {
        fixture = try ModelFixture(name)
        temporary = FileManager.default.temporaryDirectory.path + "/tenor-library-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(atPath: "\(fixture.folder)/\(file)", toPath: "\(folder)/\(file)")
        }
        let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<80).map { "w\($0)" }
        try words.map { $0 + "\n" }.joined().write(toFile: "\(folder)/vocab.txt", atomically: true, encoding: .utf8)
        try #"{"tokenizer_class": "BertTokenizer"}"#.write(toFile: "\(folder)/tokenizer_config.json", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: temporary) }

    func path(_ name: String) -> String { "\(temporary)/\(name)" }

    /// The fixture's rows, without the special tokens at both ends.
    var texts: [String] { fixture.ids.map { $0.ids.dropFirst().dropLast().map { "w\($0)" }.joined(separator: " ") } }

    /// Texts of words that are all even or all odd.
    func rows(_ count: Int) -> [LabelledText] {
        (0..<count).map { row in
            let words = (0...row % 7).map { "w\(6 + row % 2 + 2 * ((row * 13 + $0 * 5) % 36))" }
            return LabelledText(words.joined(separator: " "), label: row % 2 == 0 ? "even" : "odd")
        }
    }

    func tuner(_ unfreezing: Tuner.Unfreezing) -> Tuner {
        var tuner = Tuner(base: folder)
        tuner.unfreezing = unfreezing
        if unfreezing != .automatic { (tuner.head, tuner.pooling) = (.stepped, .cls) }
        tuner.epochs = 4
        tuner.batchSize = 8
        tuner.learningRate = 3e-3
        tuner.threads = 2
        return tuner
    }
}
