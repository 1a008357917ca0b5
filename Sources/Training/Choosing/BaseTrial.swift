import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// Measures one base on a sample of a corpus: what it would cost to tune, and how well its states, as they are, tell the labels apart.
package struct BaseTrial: Sendable {
    private let run: TuningRun
    private let sample: ChoosingSample
    /// The sample's rows, truncated to ``ChoosingSample/mostTokens``.
    private let short: LabelledRows

    /// - Parameter options: seed, threads and precision.
    package init(base: String, labels: [String], _ sample: ChoosingSample, input: TunedInput, _ options: TuningOptions) throws {
        var options = options
        options.head = .reset
        options.unfreezing = Unfreezing.none
        let source = TrainingData.Source(rows: sample.rows, name: "sample", digest: "")
        let data = TrainingData(labels: labels, source, dev: nil, input: input, devFraction: 0, seed: options.seed)
        run = try TuningRun(base: base, data, options)
        self.sample = sample
        let length = min(ChoosingSample.mostTokens, run.maxLength)
        let encoder = RowEncoder(run.encoder.tokenizer, maxLength: length)
        short = LabelledRows(rows: encoder.rows(sample.rows.texts, threads: options.threads).map(\.row), targets: run.train.targets)
    }

    /// What the user may not expect of the base.
    package var messages: [String] { run.messages }

    package func figures() throws -> BaseFigures {
        let options = run.options
        let trainer = Trainer(options, train: short, dev: nil)
        let clock = ContinuousClock()
        let began = clock.now
        let states = try trainer.baseFeatures(of: run.model) { _ in }
        let forward = began.duration(to: clock.now) / .seconds(1) / Double(Self.tokens(short))
        let hasBias = run.model.head.classifier.bias != nil
        let solver = HeadSolver(outputs: run.data.labels.count, hasBias: hasBias, seed: options.seed, threads: options.threads)
        let solved = solver.solve(Features(states, isCentered: hasBias), short.targets)
        // A row whose label no other row has, or that is in no fold, counts as wrong for each base.
        let right = solved.outOfFold?.rowScores.map { $0 == 1 } ?? short.targets.labels.map { _ in false }
        let tokens = Double(Self.tokens(run.train)) / Double(run.train.count) * Double(sample.corpusRows)
        return BaseFigures(
            folder: run.base, parameters: run.parameters, right: right,
            logME: LogME(states, short.targets.labels, threads: options.threads).score,
            unknownShare: unknownShare, longShare: longShare, maxLength: run.maxLength,
            head: cost(.none, seconds: forward * tokens),
            layers: cost(.all, seconds: try backward() * tokens * Double(TuningOptions.allLayers.epochCount(rows: sample.corpusRows))),
            licence: cardLicence(of: run.base))
    }

    private static func tokens(_ rows: LabelledRows) -> Int { rows.rows.reduce(0) { $0 + $1.count } }

    private func cost(_ policy: Unfreezing, seconds: Double) -> BaseFigures.Cost {
        let boundary = policy.boundary(epoch: 0, of: 1, blocks: run.model.encoder.blockCount)
        // A window is a sequence of its own.
        let longest = min(run.train.rows.map(\.count).max() ?? 1, run.maxLength)
        return BaseFigures.Cost(
            seconds: seconds, bytes: MemoryEstimate(run.model, above: boundary, longest: longest, threads: run.options.threads).bytes)
    }

    /// The seconds that a token takes in a training step of all layers: the second of two steps, on short beginnings of texts.
    private func backward() throws -> Double {
        var options = run.options
        options.unfreezing = .all
        options.headFit = .stepped
        options.shuffles = false
        options.epochs = 2
        options.maxSteps = 2
        let length = min(64, run.maxLength)
        let texts = Array(sample.rows.texts.prefix(2 * options.rowsPerStep))
        let ids = RowEncoder(run.encoder.tokenizer, maxLength: length).rows(texts, threads: options.threads).map(\.row)
        let rows = LabelledRows(rows: ids, targets: short.targets[Array(ids.indices)])
        let trainer = Trainer(options, train: rows, dev: nil)
        let clock = ContinuousClock()
        var ends: [(time: ContinuousClock.Instant, rows: Int)] = []
        _ = try trainer.run(from: trainer.start(run.model)) { if case .step(let step) = $0 { ends.append((clock.now, step.rows)) } }
        let tokens = ids.suffix(ends[1].rows).reduce(0) { $0 + $1.count }
        return ends[0].time.duration(to: ends[1].time) / .seconds(1) / Double(tokens)
    }

    /// The share of texts that do not fit into a window.
    private var longShare: Double {
        Double(run.truncatedRows + run.train.rows.count { !$0.cuts.isEmpty }) / Double(max(run.train.count, 1))
    }

    /// The share of the sample's tokens that the vocabulary does not know.
    private var unknownShare: Double {
        var (unknown, count) = (0, 0)
        for text in sample.rows.texts {
            let placed = run.encoder.placed(text)
            // Special tokens stand for no part of a text.
            for (id, range) in zip(placed.row.ids, placed.offsets) where !range.isEmpty {
                count += 1
                if id == run.encoder.tokenizer.unknownID { unknown += 1 }
            }
        }
        return Double(unknown) / Double(max(count, 1))
    }
}

extension TuningOptions {
    /// How all layers are trained by default.
    fileprivate static var allLayers: TuningOptions {
        var options = TuningOptions()
        options.unfreezing = .all
        return options
    }
}
