import TenorClassifying
import TenorLayers
import TenorModeling
import TenorReading

/// A model, its tokenizer and labelled texts on their way to a tuned folder: the whole of `tenor tune` but for the words that it prints.
package struct TuningRun: Sendable {
    package let base: String
    package let options: TuningOptions
    package let maxLength: Int
    package let model: Model
    package let tokenizer: any Tokenizer
    /// Whether the base's own head is trained on, rather than a new one.
    package let keepsHead: Bool
    package let train: LabelledRows
    package let dev: LabelledRows?
    /// For the training rows and the dev rows: how many lost pieces to the greatest length.
    package let truncatedRows: Int
    /// What was done to the base that the person may not expect.
    package let remarks: [String]
    /// SHA-256 of the base's weights, which takes a while.
    let baseDigest: Background<String>

    /// Which head a base that already has one goes on with.
    package enum HeadChoice: Sendable { case automatic, keep, reset }

    /// How a new head sees a text.
    package enum PoolingChoice: Sendable {
        /// The mean where the base's own pooling says so and only the head is trained, else the family's own: frozen, a sentence encoder's
        /// mean is what it was made for; once blocks are trained, both come out the same.
        case automatic
        case cls
        case mean
    }

    /// A labelled text, the label as an index into the labels.
    package struct Text: Sendable {
        package let text: String
        package let label: Int

        package init(_ text: String, label: Int) {
            self.text = text
            self.label = label
        }
    }

    /// Opens the base and tokenizes the texts.
    ///
    /// - Parameters:
    ///   - labels: in the order that a new head gives them; a head that is kept has its own order.
    package init(
        base: String, labels: [String], train: [Text], dev: [Text]?, pooling: PoolingChoice = .automatic, head: HeadChoice = .automatic,
        maxLength: Int? = nil,
        options: TuningOptions
    ) throws {
        let folder = try ModelFolder(base)
        if folder.weights.isQuantized { throw QuantizedWeights(folder: base) }
        baseDigest = Background { try digestOfWeights(folder) }
        let tokenizer = try loadTokenizer(folder: base)
        let conflict = Background { vocabularyConflict(of: tokenizer, in: base) }
        let hasHead = try folder.hasHead(for: labels)
        if head == .keep, !hasHead { throw HeadMismatch(folder: base, own: try folder.configuration.labels ?? [], corpus: labels) }
        keepsHead = hasHead && head != .reset
        let automatic = pooling == .automatic && folder.modules?.pooling == .mean && options.unfreezing == .none
        var randomness = Randomness(seed: options.seed)
        var model = try folder.base(
            labels: labels, pooling: pooling == .mean || automatic ? .mean : nil, keepsHead: keepsHead, randomness: &randomness)
        var remarks: [String] = []
        if options.unfreezing.partsBlocks(epochs: options.epochCount, blocks: model.encoder.blockCount), let untied = try model.untied() {
            remarks.append(
                "the base's layers share their weights; to train only the upper ones each layer gets a copy of its own, "
                    + "and the saved model has \(grouped(untied.table.count)) parameters instead of \(grouped(model.table.count))")
            model = untied
        }
        try checkVocabulary(of: tokenizer, for: model, in: base)
        if let bad = model.firstNonFinite(threads: options.threads) { throw NonFiniteWeights(folder: base, name: bad) }
        let limit = lengthLimit(of: model, tokenizer)
        if let maxLength, maxLength > limit { throw LengthError(asked: maxLength, limit: limit, folder: base) }
        let length = maxLength ?? min(512, limit)
        // A head that is kept may have the labels in another order than the corpus.
        let order = labels.map { label in model.labels.firstIndex { $0.utf8.elementsEqual(label.utf8) }! }
        var cut = 0
        func rows(_ texts: [Text]) -> LabelledRows {
            let rows = modelRows(texts.map(\.text), tokenizer, maxLength: length, threads: options.threads)
            cut += rows.truncated.count { $0 > 0 }
            return LabelledRows(ids: rows.ids, labels: texts.map { order[$0.label] })
        }
        self.train = rows(train)
        self.dev = dev.map(rows)
        truncatedRows = cut
        self.remarks = try [conflict.value].compactMap { $0 } + remarks
        (self.base, self.options, self.maxLength, self.tokenizer, self.model) = (base, options, length, tokenizer, model)
    }

    /// How many numbers the model has.
    package var parameters: Int { model.table.count }

    /// How many of them are trained in an epoch, counted from 0.
    package func trainedParameters(epoch: Int) -> Int {
        let cut = options.unfreezing.cut(epoch: epoch, of: options.epochCount, blocks: model.encoder.blockCount)
        return model.table.entries.filter(cut.isTrainable).reduce(0) { $0 + $1.count }
    }

    package var trainer: Trainer { Trainer(options, train: train, dev: dev) }

    /// The tuned model at work.
    package func classifier(_ state: Trainer.State) -> TextClassifier {
        TextClassifier(model: state.best, tokenizer: tokenizer, maxLength: maxLength, threads: options.threads)
    }
}

package struct HeadMismatch: Error, Equatable, CustomStringConvertible {
    let folder: String
    let own: [String]
    let corpus: [String]

    package var description: String {
        let own = own.isEmpty ? "no labels" : own.joined(separator: ", ")
        return "\(folder): its head is for \(own); the corpus has \(corpus.joined(separator: ", ")), and --keep-head needs the same"
    }
}

extension ParameterTable {
    /// How many numbers there are in all.
    fileprivate var count: Int { entries.reduce(0) { $0 + $1.count } }
}
