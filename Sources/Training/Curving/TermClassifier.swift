import TenorLayers
import TenorMeasuring

/// Logistic regression on ``TermFeatures``: what a text says by its words alone, without a pre-trained model. C is chosen as for a solved
/// head, by cross-validation on log loss.
struct TermClassifier: Sendable {
    private let features: TermFeatures
    private let fit: LinearFit

    init(_ rows: TrainingData.Rows, labels: Int, seed: UInt64, threads: Int) {
        features = TermFeatures(rows.texts.map(\.joined))
        let solver = HeadSolver(outputs: labels, seed: seed, threads: threads)
        fit = solver.solve(Features(features.matrix(rows.texts.map(\.joined))), rows.targets).fit
    }

    /// The index of each text's most probable label.
    func answers(_ texts: [String]) -> [Int] { fit.answers(Features(features.matrix(texts))).map { highest($0) } }
}

extension Features {
    /// The rows of a matrix.
    fileprivate init(_ matrix: Matrix) { self.init((0..<matrix.rows).map { matrix.view[$0..<$0 + 1] }, isCentered: true) }
}
