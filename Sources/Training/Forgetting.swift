import TenorFiles
import TenorMeasuring

/// What a classifier forgot when it was tuned further: the answers of the old and of the new model to old rows that the new one was not
/// trained on.
package struct Forgetting: Sendable {
    /// The old model's results.
    package let before: Metrics
    /// The new model's results. It may also give an old row a new label, which is wrong.
    package let after: Metrics
    /// How many of the rows the old model was trained on; nil if it does not record them. Its figures are too good on these.
    package let seenBefore: Int?

    package var rows: Int { before.confusion.rows }

    /// The accuracy that was lost, in points (hundredths); below 0 if it rose.
    package var lostPoints: Double { 100 * (before.confusion.accuracy - after.confusion.accuracy) }

    /// How many of the rows got a label that the old model does not have.
    package var newAnswers: Int {
        after.confusion.classScores.dropFirst(before.labels.count).reduce(0) { $0 + $1.predicted }
    }

    /// The old labels whose F1 fell, with F1 before and after.
    package var worse: [(label: String, before: Double, after: Double)] {
        zip(before.labels, zip(before.confusion.classScores, after.confusion.classScores))
            .map { ($0, $1.0.f1, $1.1.f1) }.filter { $0.2 < $0.1 }
    }

    /// For tenor.json. Its size does not depend on the number of labels.
    var json: JSON {
        var json: JSON.Object = ["rows": JSON(rows), "before": before.summary, "after": after.summary]
        if let seenBefore { json["seen_before"] = JSON(seenBefore) }
        return .object(json)
    }
}
