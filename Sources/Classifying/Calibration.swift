import TenorFiles
import TenorModeling

/// The line that maps each of a classifier's logits so that its probabilities say how often it is right: z' = scale · z + shift. The saved
/// weights have it in them, and tenor.json records it.
///
/// With one label for each text, all scales are 1 / T for a temperature T, and there are no shifts. With any number of labels, each label has
/// a line of its own.
package struct Calibration: Sendable, Equatable {
    /// One for each label, above 0.
    package let scales: [Double]
    package let shifts: [Double]

    package init(scales: [Double], shifts: [Double]) { (self.scales, self.shifts) = (scales, shifts) }

    package init(temperature: Double, labelCount: Int) {
        self.init(scales: [Double](repeating: 1 / temperature, count: labelCount), shifts: [Double](repeating: 0, count: labelCount))
    }

    /// What the tenor.json of a folder records; nil if that is nothing that can be undone.
    package init?(_ facts: JSON.Object, _ task: Task, labels: [String]) {
        switch task {
        case .singleLabel:
            guard let temperature = facts["temperature"]?.double, temperature > 0, temperature.isFinite else { return nil }
            self.init(temperature: temperature, labelCount: labels.count)
        case .multiLabel:
            guard let lines = facts["calibration"]?.object else { return nil }
            let found = labels.map { (lines[$0]?["scale"]?.double ?? 1, lines[$0]?["shift"]?.double ?? 0) }
            guard found.allSatisfy({ $0.0 > 0 && $0.0.isFinite && $0.1.isFinite }) else { return nil }
            self.init(scales: found.map(\.0), shifts: found.map(\.1))
        case .regression: return nil
        }
    }

    /// Writes it into tenor.json.
    package func record(in facts: inout JSON.Object, _ task: Task, labels: [String]) {
        guard task == .multiLabel else { return facts["temperature"] = JSON(1 / (scales.first ?? 1)) }
        var lines = JSON.Object()
        for (label, line) in zip(labels, zip(scales, shifts)) { lines[label] = ["scale": JSON(line.0), "shift": JSON(line.1)] }
        facts["calibration"] = .object(lines)
    }

    /// The line that undoes it.
    package var inverse: Calibration { Calibration(scales: scales.map { 1 / $0 }, shifts: zip(scales, shifts).map { -$1 / $0 }) }
}

extension Model {
    /// The same classifier with its logits mapped.
    package func calibrated(by calibration: Calibration?) -> Model {
        calibration.map { withOutputs(scaledBy: $0.scales, shiftedBy: $0.shifts) } ?? self
    }
}
