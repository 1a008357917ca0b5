import TenorMeasuring
import TenorTraining

/// Tells the user what happens in tuning as it happens.
final class Journal {
    private let compute: ComputeOptions
    private let metric: SelectionMetric
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var stepsBegan: ContinuousClock.Instant?
    private var rowsDone = 0
    private var firstStep = 0
    private var averageLoss: Double?

    init(_ compute: ComputeOptions, metric: SelectionMetric) {
        self.compute = compute
        self.metric = metric
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
        case .compared(let score):
            compute.message(
                "  \(score.recipe.name): right \(fixed(100 * score.accuracy, 1)) % of the time  \(duration(began.duration(to: clock.now) / .seconds(1)))"
            )
        case .chosen(let recipe, let measured):
            if measured > 0 { compute.message("training on all rows: \(recipe.name)") }
        case .step(let step): add(step)
        case .evaluated(let epoch): add(epoch)
        }
    }

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
            line += "  dev loss \(fixed(dev.nll, 4))  dev accuracy \(fixed(dev.confusion.accuracy, 4))"
            if metric != .accuracy, metric != .nll {
                line += "  dev \(metric.rawValue) \(metric.value(of: dev).map { fixed($0, 4) } ?? "not defined")"
            }
        }
        line += "  \(duration(began.duration(to: clock.now) / .seconds(1)))"
        if epoch.dev != nil, epoch.isBest { line += "  best so far" }
        compute.message(line)
    }

    private func duration(_ seconds: Double) -> String {
        if seconds < 60 { return "\(fixed(seconds, 0)) s" }
        if seconds < 3600 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
        return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
    }
}
