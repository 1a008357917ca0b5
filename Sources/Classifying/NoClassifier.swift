package struct NoClassifier: Error, Equatable, CustomStringConvertible {
    let folder: String

    package var description: String { "\(folder): is a base without a classifier for its labels, a tuned model is needed" }
}
