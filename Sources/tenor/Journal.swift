import TenorMeasuring
import TenorModeling
import TenorTraining

/// Tells the user what happens in tuning as it happens.
final class Journal {
    private let compute: ComputeOptions
    private let metric: SelectionMetric
    /// The figure that is always shown: the usual one of the task.
    private let usual: SelectionMetric
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var stepsBegan: ContinuousClock.Instant?
    private var rowsDone = 0
    private var firstStep = 0
    private var averageLoss: Double?

    init(_ compute: ComputeOptions, _ task: Task, metric: SelectionMetric?) {
        self.compute = compute
        usual = task.metrics[0]
        self.metric = metric ?? usual
        began = clock.now
    }

    func add(_ event: TuningEvent) {
        switch event {
        case .resumed(let epoch):
            compute.message("continuing after epoch \(epoch)")
            advise(epoch)
        case .checkpointed(let epoch): advise(epoch)
        case .encoded(let done, let total): compute.progress("encoding texts: \(done) of \(total)")
        case .message(let text): compute.message(text)
        case .solved: break
        case .comparing(let recipe, let fold, let folds): compute.progress("trying \(recipe): part \(fold + 1) of \(folds)")
        case .compared(let recipe, let results): compute.message("  \(recipe.name): \(shown(results))  \(elapsed)")
        case .measured(let result):
            compute.message("  seed \(result.seed): \(metric.rawValue) \(value(metric, result.results))  \(elapsed)")
        case .chosen(let recipe, let measured):
            if measured > 0 { compute.message("training on all rows: \(recipe.name)") }
        case .step(let step): add(step)
        case .evaluated(let epoch): add(epoch)
        }
    }

    /// What a comparison found, in words where there are simple ones.
    private func shown(_ results: Results) -> String {
        if case .labels(let metrics) = results, metric == .accuracy {
            return "right \(fixed(100 * metrics.confusion.accuracy, 1)) % of the time"
        }
        return "\(metric.rawValue) \(value(metric, results))"
    }

    private func value(_ metric: SelectionMetric, _ results: Results) -> String {
        metric.value(of: results).map { fixed($0, 4) } ?? "not defined"
    }

    private var elapsed: String { duration(began.duration(to: clock.now) / .seconds(1)) }

    private func advise(_ epoch: Int) {
        let place = epoch == 0 ? "with the next comparison" : "after epoch \(epoch)"
        Interrupts.advise("; the same command with --resume continues \(place)")
    }

    private func add(_ step: StepRecord) {
        let now = clock.now
        if stepsBegan == nil {
            stepsBegan = now
            firstStep = step.step
        }
        rowsDone += step.rows
        let average = averageLoss.map { $0 * 0.95 + step.loss * 0.05 } ?? step.loss
        averageLoss = average
        let seconds = (stepsBegan ?? now).duration(to: now) / .seconds(1)
        if step.step > firstStep, seconds > 0 {
            let left = seconds / Double(step.step - firstStep) * Double(step.steps - step.step)
            let speed = fixed(Double(rowsDone - step.rows) / seconds, 0)
            compute.progress(
                "epoch \(step.epoch)  step \(step.step)/\(step.steps)  loss \(fixed(average, 4))  \(speed) rows/s  \(duration(left)) left")
        }
    }

    private func add(_ epoch: EpochRecord) {
        var line = "epoch \(epoch.epoch)  train loss \(fixed(epoch.trainLoss, 4))"
        if let dev = epoch.dev {
            line += "  dev loss \(fixed(dev.loss, 4))  dev \(usual.rawValue) \(value(usual, dev))"
            if metric != usual, metric != .nll { line += "  dev \(metric.rawValue) \(value(metric, dev))" }
        }
        line += "  \(elapsed)"
        if epoch.dev != nil, epoch.isBest { line += "  best so far" }
        compute.message(line)
    }
}
