import TenorFiles

/// How an answer to one row scores.
package struct RowScore {
    /// The most probable class, the first if several are equal.
    package let answer: Int
    /// The probability of the answer.
    package let confidence: Double
    /// -ln p, where p is the probability of the true class. As in scikit-learn, a probability of 0 counts as the machine epsilon, so that
    /// one row cannot make the mean infinite.
    let logLoss: Double
    /// Σ (p - y)² over the classes, where y is 1 for the true class and 0 for the others.
    let squares: Double

    init(truth: Int, probabilities: [Double]) {
        answer = highest(probabilities)
        confidence = probabilities[answer]
        logLoss = -log(max(probabilities[truth], .ulpOfOne))
        var squares = 0.0
        for (index, probability) in probabilities.enumerated() {
            let difference = probability - (index == truth ? 1 : 0)
            squares += difference * difference
        }
        self.squares = squares
    }
}
