import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// Runs every policy on every family, to trigger assertions in debug builds: `make test` runs this in release and in debug.
@Suite struct PolicyTests {
    @Test(
        "Every policy trains every family in every precision that trains",
        arguments: ModelFixture.cases, [Unfreezing.none, .top(1), .top(2), .gradual, .all])
    func policies(_ name: String, _ policy: Unfreezing) throws {
        let fixture = try ModelFixture(name)
        let tied = try ModelFolder(fixture.folder).classifier()
        let model = try tied.untied() ?? tied
        for precision in [Precision.fp32, .bf16] where precision.isAvailable {
            var options = TuningOptions()
            options.unfreezing = policy
            options.precision = precision
            // Three, so that the frozen boundary of `gradual` lies above all blocks, between two, and below all.
            options.epochs = 3
            options.batchSize = 8
            options.threads = 2
            let rows = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
            let trainer = Trainer(options, train: rows, dev: nil)
            let end = try trainer.run(from: trainer.start(model), report: { _ in })
            #expect(end.step == trainer.steps)
            let changed = model.table.slots.filter { end.best.weights[$0].elements != model.weights[$0].elements }
            let depths = Set(changed.map { model.table[$0].depth })
            #expect(depths.contains(ParameterTable.headDepth))
            #expect(depths.contains(0) == (policy == .all || policy == .gradual))
        }
    }

    @Test("A gradient that overflows is called that, the loss being finite")
    func overflow() throws {
        let fixture = try ModelFixture("bert-erf")
        var model = try ModelFolder(fixture.folder).classifier()
        for slot in model.table.slots where model.table[slot].decays && model.table[slot].depth == 0 {
            model.weights[slot] = Matrix(rows: model.table[slot].rows, columns: model.table[slot].columns)
        }
        // Logits far apart give a large loss and gradient. The lowest norm makes the gradient a million times larger, because its input is
        // all zeros.
        let classifier = model.head.classifier.weight
        for column in 0..<model.table[classifier].columns {
            for row in 0..<model.table[classifier].rows { model.weights[classifier][row, column] = row == 0 ? 1e36 : -1e36 }
        }
        var options = TuningOptions()
        options.unfreezing = .all
        options.headFit = .stepped
        let rows = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
        let trainer = Trainer(options, train: rows, dev: nil)
        do {
            _ = try trainer.run(from: trainer.start(model), report: { _ in })
            Issue.record("an infinite gradient was stepped")
        } catch let error as TuningError {
            #expect("\(error)".hasPrefix("step 1: the loss is ") && "\(error)".contains(", but the gradient norm is nan; "), "\(error)")
        }
    }
}
