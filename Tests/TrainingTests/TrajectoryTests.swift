import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// Six optimizer steps without dropout, in file order, with four rows per step, compared with torch. `Tests/Fixtures/models.py` generates
/// the expected values.
@Suite struct TrajectoryTests {
    @Test(
        "Six AdamW steps give torch's losses to 1e-4 and its final logits to 1e-3", arguments: ModelFixture.cases, ["none", "top1", "all"])
    func trajectory(_ name: String, _ policy: String) throws {
        let fixture = try ModelFixture(name)
        var options = TuningOptions()
        options.unfreezing = ["none": Unfreezing.none, "top1": .top(1), "all": .all][policy]!
        options.headFit = .stepped
        options.epochs = 1
        options.batchSize = 4
        options.learningRate = 1e-3
        options.headLearningRate = 2e-3
        options.warmup = 1.0 / 3
        options.dropout = 0
        options.shuffles = false
        options.threads = 2
        let trainer = Trainer(
            options, train: LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels)), dev: nil)
        var steps: [StepRecord] = []
        let tied = try ModelFolder(fixture.folder).classifier()
        let model = policy == "top1" ? try tied.untied() ?? tied : tied
        let end = try trainer.run(
            from: trainer.start(model),
            report: { event in
                if case .step(let step) = event { steps.append(step) }
            })
        let rates = try fixture.expected("trajectory.\(policy).rates")
        for (index, step) in steps.enumerated() {
            #expect(abs(step.learningRate - Double(rates[2 * index])) < 1e-9)
            #expect(abs(step.headLearningRate - Double(rates[2 * index + 1])) < 1e-9)
        }
        #expect(largestDifference(steps.map { Float($0.loss) }, try fixture.expected("trajectory.\(policy).losses")) < 1e-4)
        let logits = end.best.logits(fixture.trajectoryIds, threads: 1)
        #expect(largestDifference(logits.elements, try fixture.expected("trajectory.\(policy).logits")) < 1e-3)
    }
}
