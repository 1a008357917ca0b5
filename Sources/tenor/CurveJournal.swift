import TenorMeasuring
import TenorTraining

/// Tells the user what happens while a learning curve is measured.
final class CurveJournal {
    private let compute: ComputeOptions
    private let draws: Int
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant

    init(_ compute: ComputeOptions, draws: Int) {
        (self.compute, self.draws) = (compute, draws)
        began = clock.now
    }

    func add(_ event: CurveEvent) {
        switch event {
        case .training(let method, let size, let draw):
            compute.progress("draw \(draw + 1) of \(draws), \(counted(size, "row")) per label: \(method.rawValue)")
        case .measured(let accuracies, let size, let draw):
            let figures = LearningCurve.Method.allCases.map { "\($0.rawValue) \(fixed(100 * accuracies[$0]!, 1)) %" }
            compute.message(
                "draw \(draw + 1) of \(draws), \(counted(size, "row")) per label: \(figures.joined(separator: ", "))  "
                    + duration(began.duration(to: clock.now) / .seconds(1)))
        case .message(let text): compute.message(text)
        }
    }
}
