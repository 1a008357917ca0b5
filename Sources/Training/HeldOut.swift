/// How rows were answered that had no part in the training of what answered them: the dev rows by the saved model or, without any, training
/// rows by models that were not trained on them.
package struct HeldOut: Sendable {
    package let rows: TrainingData.Rows
    /// The place of each of them in its file, from 0.
    package let places: [Int]
    /// Calibrated as the saved model is.
    package let answers: OutOfFold
}
