import TenorMeasuring
import TenorModeling
import TenorReading

extension TuningOptions {
    /// Rejects options that mean nothing for a task.
    func check(for task: Task) throws(OptionError) {
        if let metric, !task.metrics.contains(metric) {
            throw OptionError("metric", needed: listed(task.metrics.map(\.rawValue)) { $0 } + " for \(task.name)")
        }
        guard task != .singleLabel else { return }
        if minimized == .contrastive { throw OptionError("objective", needed: "classification for \(task.name)") }
        if focalLoss > 0 { throw OptionError("focalLoss", needed: "0 for \(task.name)") }
        if labelSmoothing > 0 { throw OptionError("labelSmoothing", needed: "0 for \(task.name)") }
        if task == .regression, ![.automatic, .none].contains(classWeights) {
            throw OptionError("classWeights", needed: "none for \(task.name)")
        }
    }
}
