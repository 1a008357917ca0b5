import Foundation
import TenorClassifying
import TenorFiles
import TenorModeling
import TenorTraining

/// A tuning run and its checkpoint after the first epoch, as if it had been interrupted there. Damaged checkpoints are resumed with it.
struct InterruptedRun {
    private static let fingerprint = "0"
    private let run: TuningRun
    /// The files of the intact checkpoint.
    let files: [String: [UInt8]]

    /// The files of a run in a temporary folder.
    static let files = Result<[String: [UInt8]], any Error> {
        let root = FileManager.default.temporaryDirectory.appending(path: "tenor-interrupted-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        return try InterruptedRun(below: root).files
    }

    /// Tunes a small model below `root` and keeps the checkpoint of the first epoch.
    init(below root: String) throws {
        let (manager, base) = (FileManager.default, "\(root)/base")
        try manager.createDirectory(atPath: base, withIntermediateDirectories: true)
        for name in ["config.json", "model.safetensors"] {
            try manager.copyItem(atPath: Exercise.path("models/bert-erf/\(name)"), toPath: "\(base)/\(name)")
        }
        let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<80).map { "w\($0)" }
        try Data(tokens.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: "\(base)/vocab.txt"))
        var options = TuningOptions()
        options.unfreezing = .top(1)
        options.epochs = 3
        options.batchSize = 4
        let rows = TrainingData.Rows(texts: (0..<10).map { "w\(6 + $0 % 2) w\(20 + $0)" }, labels: (0..<10).map { $0 % 2 })
        let data = TrainingData(
            labels: ["even", "odd"], TrainingData.Source(rows: rows, name: "rows", digest: "0"), dev: nil, devFraction: 0.3, seed: 1)
        run = try TuningRun(base: base, data, options)
        let output = "\(root)/whole"
        let checkpoint = try Checkpoint(beside: output)
        var isSaved = false
        let trainer = run.trainer(run.recipes[0])
        let train = LabelledRows(
            rows: run.encoder.rows(data.train.texts, threads: 1).map(\.row), targets: data.train.targets)
        let scores = try RecipeSearch(run.recipes, train, seed: 1).run(run.model, report: { _ in })
        _ = try trainer.run(
            from: trainer.start(run.model), report: { _ in },
            checkpoint: { state in
                if !isSaved {
                    try checkpoint.save(
                        state, choosesEpoch: trainer.choosesEpoch, Trials(scores: scores), fingerprint: Self.fingerprint,
                        records: [#"{"epoch": 1}"#])
                }
                isSaved = true
            })
        let names = try manager.contentsOfDirectory(atPath: "\(output).checkpoint")
        files = Dictionary(
            uniqueKeysWithValues: try names.map { ($0, [UInt8](try Data(contentsOf: URL(filePath: "\(output).checkpoint/\($0)")))) })
    }

    /// Resumes from the checkpoint with one file replaced by `bytes`, and trains to the end.
    func resume(with bytes: [UInt8], as name: String, below root: String) throws {
        let (manager, output) = (FileManager.default, "\(root)/damaged")
        let folder = "\(output).checkpoint"
        try? manager.removeItem(atPath: folder)
        try! manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (file, content) in files { try! Data(file == name ? bytes : content).write(to: URL(filePath: "\(folder)/\(file)")) }
        let checkpoint = try Checkpoint(beside: output)
        let trainer = run.trainer(run.recipes[0])
        _ = try checkpoint.trials(for: run, fingerprint: Self.fingerprint)
        let state = try checkpoint.state(for: run, trainer, fingerprint: Self.fingerprint)
        let records = try checkpoint.records()
        precondition(records.count <= bytes.count + 1, "there are more records than bytes")
        _ = try trainer.run(from: state, report: { event in _ = event.record })
    }
}
