import TenorFiles

/// The probability from which on each of several labels is given.
package struct Thresholds: Sendable, Equatable {
    /// One for each label.
    package let values: [Double]

    package init(_ values: [Double]) { self.values = values }

    /// For each label the threshold with the highest F1 on rows that the model was not trained on; 0.5 where no other is better. Thresholds lie
    /// in the middle between two probabilities, so that a little more or less changes no answer.
    ///
    /// - Parameters:
    ///   - probabilities: of each row, one for each label.
    ///   - sets: the labels of each row.
    package init(bestFor probabilities: [[Double]], _ sets: [[Int]], labelCount: Int) {
        values = (0..<labelCount).map { label in
            Self.best(zip(probabilities, sets).map { ($0[label], $1.contains(label)) })
        }
    }

    private static func best(_ rows: [(probability: Double, applies: Bool)]) -> Double {
        let support = rows.count { $0.applies }
        func f1(hits: Int, given: Int) -> Double { given + support == 0 ? 0 : 2 * Double(hits) / Double(given + support) }
        let usual = rows.filter { $0.probability >= 0.5 }
        var best = (f1: f1(hits: usual.count { $0.applies }, given: usual.count), threshold: 0.5)
        let sorted = rows.sorted { $0.probability > $1.probability }
        var hits = 0
        for (place, row) in sorted.enumerated() {
            hits += row.applies ? 1 : 0
            let next = place + 1 < sorted.count ? sorted[place + 1].probability : 0
            guard next < row.probability else { continue }
            let found = f1(hits: hits, given: place + 1)
            // The middle of two neighbouring numbers can be the lower one.
            if found > best.f1 { best = (found, max((row.probability + next) / 2, next.nextUp)) }
        }
        return best.threshold
    }

    /// The thresholds that give the same labels where logits are mapped.
    func mapped(by calibration: Calibration) -> Thresholds {
        Thresholds(
            values.enumerated().map { label, value in
                let logit = log(value) - log1p(-value)
                return 1 / (1 + exp(-(calibration.scales[label] * logit + calibration.shifts[label])))
            })
    }

    /// The object in tenor.json.
    package func json(labels: [String]) -> JSON {
        var json = JSON.Object()
        for (label, value) in zip(labels, values) { json[label] = JSON(value) }
        return .object(json)
    }

    /// What tenor.json of a folder has for these labels: 0.5 for a label that it does not name.
    package init(_ json: JSON?, labels: [String]) {
        values = labels.map { label in json?[label]?.double.flatMap { (0...1).contains($0) ? $0 : nil } ?? 0.5 }
    }
}
