import TenorFiles

/// Takes rows one at a time and gives the ``MultiLabelMetrics`` of all rows so far.
///
/// It keeps running sums and, for the average precision, 8 bytes for each row and label. Where that would be more than 128 MB, the average
/// precision is not computed.
package struct MultiLabelTally: Sendable {
    private var sums: MultiLabelMetrics
    private var truths: [[Int]] = []
    /// For each label its probability in each row. Nil once there are too many.
    private var scores: [[Double]]?
    private let mostScores: Int

    /// - Parameter thresholds: the probability from which on each label is given.
    package init(labels: [String], thresholds: [Double], mostScores: Int = 1 << 24) {
        sums = MultiLabelMetrics(labels: zip(labels, thresholds).map { MultiLabelMetrics.Label(name: $0, threshold: $1) })
        scores = [[Double]](repeating: [], count: labels.count)
        self.mostScores = mostScores
    }

    /// Adds a row with the labels `truth`, in ascending order, and a probability for each label.
    package mutating func add(truth: [Int], probabilities: [Double], isTruncated: Bool = false) {
        precondition(probabilities.count == sums.labels.count)
        var applies = [Bool](repeating: false, count: probabilities.count)
        for label in truth { applies[label] = true }
        var (hits, given) = (0, 0)
        var loss = 0.0
        for (label, probability) in probabilities.enumerated() {
            let isGiven = probability >= sums.labels[label].threshold
            given += isGiven ? 1 : 0
            if isGiven, applies[label] {
                hits += 1
                sums.labels[label].truePositives += 1
            } else if isGiven {
                sums.labels[label].falsePositives += 1
            } else if applies[label] {
                sums.labels[label].falseNegatives += 1
            }
            // As in scikit-learn, a probability of 0 counts as the machine epsilon.
            loss -= log(max(applies[label] ? probability : 1 - probability, .ulpOfOne))
        }
        sums.rows += 1
        sums.exactRows += hits == given && hits == truth.count ? 1 : 0
        sums.sampleF1Sum += given + truth.count == 0 ? 0 : 2 * Double(hits) / Double(given + truth.count)
        sums.lossSum += probabilities.isEmpty ? 0 : loss / Double(probabilities.count)
        sums.truncatedRows += isTruncated ? 1 : 0
        keep(truth, probabilities)
    }

    private mutating func keep(_ truth: [Int], _ probabilities: [Double]) {
        guard scores != nil else { return }
        if sums.rows * probabilities.count > mostScores {
            (scores, truths) = (nil, [])
            return
        }
        truths.append(truth)
        for (label, probability) in probabilities.enumerated() { scores![label].append(probability) }
    }

    package var metrics: MultiLabelMetrics {
        var metrics = sums
        guard let scores else { return metrics }
        for label in metrics.labels.indices {
            metrics.labels[label].averagePrecision = averagePrecision(
                scores: scores[label], isPositive: truths.map { $0.contains(label) })
        }
        return metrics
    }
}
