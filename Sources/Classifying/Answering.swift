import TenorMeasuring
import TenorModeling
import TenorReading

/// Classifies any number of texts in constant memory. Texts go in one at a time, and answers are delivered on the caller's thread, in the
/// order of the texts.
///
/// Each thread takes a micro-batch of texts at a time from characters to logits. Micro-batches are formed from the texts' byte counts
/// alone, so that the same texts are computed together on any number of threads. A text that was seen recently is not computed again; its
/// answer has the bits that computing it again would give.
package final class Answering<Failure: Error> {
    /// Called with an answer.
    package typealias Receiver = (Answer) throws(Failure) -> Void

    /// Holds an answer, which is available once the texts before it are answered.
    private final class Place {
        var answer: Answer?
    }

    private let pipeline: Pipeline<[InputText], [Answer], Failure>
    private var known: RecentTexts<Place>
    /// The next micro-batch: new texts and their places, and all rows to be answered, including those of known texts.
    private var texts: [InputText] = []
    private var places: [Place] = []
    private var rows: [(place: Place, receive: Receiver)] = []
    /// Sizes in bytes: of the new texts, of all collected texts, and an upper bound for all texts in progress.
    private var newSize = 0
    private var size = 0
    private var sizeUnderWay = 0

    /// The bytes of a micro-batch, at about four bytes per token.
    private static var microBatchSize: Int { 4 * MicroBatches.forwardTokens }
    /// Fewer for very many labels, so that the answers in progress take no more than a few megabytes.
    private let mostRows: Int
    private static var mostCollected: Int { 1 << 16 }
    private static var mostUnderWay: Int { 1 << 24 }

    package init(_ classifier: TextClassifier) {
        pipeline = Pipeline(threads: classifier.threads) { classifier.answers($0.map(classifier.row)) }
        mostRows = min(256, max(16, (1 << 18) / classifier.model.labels.count))
        known = RecentTexts(limit: 1 << 21, valueSize: 128 + 4 * classifier.model.labels.count)
    }

    /// Queues a text. `receive` is called with its answer during this call or a later one.
    package func add(_ text: InputText, _ receive: @escaping Receiver) throws(Failure) {
        let length = text.size
        let place = known.value(of: text) {
            let place = Place()
            texts.append(text)
            places.append(place)
            newSize += length
            return place
        }
        rows.append((place, receive))
        size += length
        if newSize >= Self.microBatchSize || rows.count == mostRows || size >= Self.mostCollected { try send() }
    }

    /// Returns when all texts are answered.
    package func finish() throws(Failure) {
        try send()
        try pipeline.finish()
        sizeUnderWay = 0
    }

    private func send() throws(Failure) {
        if sizeUnderWay > Self.mostUnderWay {
            try pipeline.finish()
            sizeUnderWay = 0
        }
        let (rows, places) = (rows, places)
        try pipeline.add(texts) { (answers) throws(Failure) in
            for (place, answer) in zip(places, answers) { place.answer = answer }
            for (place, receive) in rows { try receive(place.answer!) }
        }
        sizeUnderWay += size
        (self.rows, self.places, texts, newSize, size) = ([], [], [], 0, 0)
    }
}

extension TextClassifier {
    package func row(_ text: InputText) -> RowEncoder.Encoded { encoder.row(text) }

    /// The answers to a few texts, computed as one micro-batch on this thread.
    package func answers(_ rows: [RowEncoder.Encoded]) -> [Answer] {
        if rows.isEmpty { return [] }
        let logits = model.logits(microBatch: rows.map(\.row))
        return rows.indices.map { Answer(model.task, logits: Array(logits.row($0)), truncated: rows[$0].truncated) }
    }

    /// The labels of an answer, most probable first: the best one or, where a text may have any number of them, those that reach their
    /// thresholds. A regression gives none.
    package func given(_ values: [Double]) -> [Int] {
        switch model.task {
        case .singleLabel: [highest(values)]
        case .multiLabel: ranking(values).filter { values[$0] >= thresholds.values[$0] }
        case .regression: []
        }
    }

    /// Calls `receive` with each text's answer, in order.
    package func answer<Failure>(_ texts: some Sequence<InputText>, _ receive: (Answer) throws(Failure) -> Void) throws(Failure) {
        try withoutActuallyEscaping(receive) { (receive) throws(Failure) in
            let answering = Answering<Failure>(self)
            for text in texts { try answering.add(text, receive) }
            try answering.finish()
        }
    }

    /// Measures the classifier on texts whose right answers are known. `receive` is called with each answer.
    package func evaluate<Failure>(
        _ texts: [InputText], _ targets: Targets, _ receive: (Answer) throws(Failure) -> Void
    ) throws(Failure) -> Results {
        precondition(texts.count == targets.count)
        var tally = ResultsTally(model.task, labels: model.labels, thresholds: thresholds.values)
        var row = 0
        try answer(texts) { (answer) throws(Failure) in
            tally.add(targets, row: row, answer.values, isTruncated: answer.truncated > 0)
            row += 1
            try receive(answer)
        }
        return tally.results
    }
}
