/// What was measured of a base on a sample of a corpus, and predicted for the whole.
package struct BaseFigures: Sendable {
    /// What tuning takes, predicted from a few steps.
    package struct Cost: Sendable {
        package let seconds: Double
        /// An upper bound for memory.
        package let bytes: Int

        package init(seconds: Double, bytes: Int) { (self.seconds, self.bytes) = (seconds, bytes) }
    }

    package let folder: String
    package let parameters: Int
    /// Whether each row of the sample is answered correctly by a head on the base's states that was not fitted to that row.
    package let right: [Bool]
    /// The score LogME of the same states.
    package let logME: Double
    /// The share of tokens that the vocabulary does not know.
    package let unknownShare: Double
    /// The share of texts that are longer than ``maxLength``, in tokens.
    package let longShare: Double
    package let maxLength: Int
    /// Of training the head alone, and all layers.
    package let head: Cost
    package let layers: Cost
    /// Nil if the folder names none.
    package let licence: String?

    package init(
        folder: String, parameters: Int, right: [Bool], logME: Double, unknownShare: Double, longShare: Double, maxLength: Int,
        head: Cost, layers: Cost, licence: String?
    ) {
        (self.folder, self.parameters, self.right, self.logME) = (folder, parameters, right, logME)
        (self.unknownShare, self.longShare, self.maxLength) = (unknownShare, longShare, maxLength)
        (self.head, self.layers, self.licence) = (head, layers, licence)
    }

    package var accuracy: Double { Double(right.count { $0 }) / Double(max(right.count, 1)) }

    /// How much more accurate another base is on the same rows, and the standard error of that difference.
    func difference(to other: BaseFigures) -> (mean: Double, error: Double) {
        let differences = zip(other.right, right).map { Double($0 ? 1 : 0) - Double($1 ? 1 : 0) }
        let (mean, deviation) = meanAndDeviation(differences)
        return (mean, deviation / Double(differences.count).squareRoot())
    }
}
