/// The threshold from which on the answers to some labelled rows are right as often as wanted: of all that are, the one that answers most
/// rows. Rows answered with equal probabilities are above it or below it together.
package struct AccuracyTarget: Sendable, Equatable {
    /// What a threshold leaves.
    package struct Threshold: Sendable, Equatable {
        /// In the middle between the lowest probability that is answered and the highest that is not, so that a little more or less changes
        /// nothing; 0 if all rows are answered.
        package let probability: Double
        package let answered: Int
        package let correct: Int

        package var accuracy: Double { Double(correct) / Double(answered) }
        /// The 95 % interval of ``accuracy``. The threshold was chosen on the same rows, so the lower end counts.
        package var interval: ClosedRange<Double> { wilsonInterval(correct, of: answered) }
    }

    /// The share of right answers that is wanted, above 0 and at most 1.
    package let accuracy: Double
    package let rows: Int
    /// Nil if no threshold reaches it.
    package let threshold: Threshold?

    /// The share of the rows that ``threshold`` answers.
    package var coverage: Double { Double(threshold?.answered ?? 0) / Double(max(rows, 1)) }

    /// - Parameter confidences: the probability of each row's answer.
    package init(_ accuracy: Double, _ confidences: [Double], isCorrect: [Bool]) {
        (self.accuracy, rows) = (accuracy, confidences.count)
        let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
        var (correct, best) = (0, nil as Threshold?)
        for (place, row) in order.enumerated() {
            correct += isCorrect[row] ? 1 : 0
            let next = place + 1 < order.count ? confidences[order[place + 1]] : nil
            guard next != confidences[row], Double(correct) >= accuracy * Double(place + 1) else { continue }
            // The middle of two neighbouring numbers can be the lower one.
            let middle = next.map { max((confidences[row] + $0) / 2, $0.nextUp) } ?? 0
            best = Threshold(probability: middle, answered: place + 1, correct: correct)
        }
        threshold = best
    }
}
