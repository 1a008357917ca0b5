import Glibc

/// How far a student's answers are from its teacher's, at a temperature T: T² · KL(p ‖ q), where p are the probabilities that the teacher's
/// logits divided by T give, and q those of the student's (Hinton et al. 2015, "Distilling the knowledge in a neural network", section 2).
///
/// The factor T² keeps the size of the gradient about the same at any temperature.
package enum AnswerDivergence {
    /// The sum of the rows' divergences where p = softmax(t / T), and its gradient T (q - p) / divisor in `dLogits`. Logits are
    /// [rows, labels], those of the teacher too.
    package static func ofOneLabel(_ logits: Rows, teacher: Rows, temperature: Double, divisor: Double, dLogits: Rows) -> Double {
        var sum = 0.0
        for row in 0..<logits.count {
            let (p, q) = (
                logProbabilities(teacher.row(row), logits.width, temperature), logProbabilities(logits.row(row), logits.width, temperature)
            )
            for label in 0..<logits.width {
                sum += exp(p[label]) * (p[label] - q[label])
                dLogits.row(row)[label] = Float(temperature * (exp(q[label]) - exp(p[label])) / divisor)
            }
        }
        return temperature * temperature * sum
    }

    /// The same for labels that do not exclude each other: p = σ(t / T) of each label by itself, and a row's divergence is the mean over its
    /// labels.
    package static func ofAnyLabels(_ logits: Rows, teacher: Rows, temperature: Double, divisor: Double, dLogits: Rows) -> Double {
        let width = Double(logits.width)
        var sum = 0.0
        for row in 0..<logits.count {
            for label in 0..<logits.width {
                let (t, s) = (Double(teacher.row(row)[label]) / temperature, Double(logits.row(row)[label]) / temperature)
                let (p, q) = (BinaryCrossEntropy.probability(t), BinaryCrossEntropy.probability(s))
                let (right, wrong) = (
                    BinaryCrossEntropy.loss(s, applies: true) - BinaryCrossEntropy.loss(t, applies: true),
                    BinaryCrossEntropy.loss(s, applies: false) - BinaryCrossEntropy.loss(t, applies: false)
                )
                sum += p * right + (1 - p) * wrong
                dLogits.row(row)[label] = Float(temperature * (q - p) / (width * divisor))
            }
        }
        return temperature * temperature * sum / width
    }

    /// ln softmax(z / T).
    private static func logProbabilities(_ z: UnsafeMutablePointer<Float>, _ count: Int, _ temperature: Double) -> [Double] {
        let scaled = (0..<count).map { Double(z[$0]) / temperature }
        let largest = scaled.max() ?? 0
        let total = scaled.reduce(0) { $0 + exp($1 - largest) }
        return scaled.map { $0 - largest - log(total) }
    }
}
