import TenorClassifying
import TenorFiles
import TenorReading

/// Which rows of a run are in training data: dev rows that are trained on as well, and rows that the base was trained on.
struct SeenRows: Sendable {
    /// The rows that the base was trained on; nil if it does not record them.
    private let base: TrainedRows?
    private let train: TrainedRows
    private let baseName: String
    private let data: TrainingData

    init(base folder: String, _ data: TrainingData) throws {
        base = try TrainedRows(folder: folder)
        train = TrainedRows(data.train.texts)
        baseName = folder
        self.data = data
    }

    /// All rows that the tuned model was trained on.
    var all: TrainedRows { train.union(base) }

    /// How many of `texts` the base was trained on; nil if it does not record them.
    func countInBase(_ texts: [InputText]) -> Int? { base?.count(of: texts) }

    /// One message for each file. A base without a record is not mentioned.
    var messages: [String] {
        var messages: [String] = []
        func count(_ texts: [InputText], in rows: TrainedRows, _ name: String, _ place: String) {
            messages.append("\(name): \(rows.count(of: texts)) of \(texts.count) rows \(place)")
        }
        let isDevFile = data.devSource?.digest != nil
        if let base {
            count(data.corpusTexts, in: base, data.corpus.name, "were in the training data of \(baseName)")
        }
        guard isDevFile, let dev = data.dev, let name = data.devSource?.name, all.count(of: dev.texts) > 0 else { return messages }
        count(dev.texts, in: all, name, "are in the training data\(base == nil ? "" : ", that of \(baseName) included")")
        return messages
    }
}
