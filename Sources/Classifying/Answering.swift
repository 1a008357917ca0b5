import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// What a classifier makes of a text.
package struct Answer: Sendable, Equatable {
    private let task: Task
    /// One for each of the head's outputs.
    package let logits: [Float]
    /// How many of the text's tokens did not fit.
    package let truncated: Int

    package init(_ task: Task, logits: [Float], truncated: Int) { (self.task, self.logits, self.truncated) = (task, logits, truncated) }

    /// One for each label.
    package var probabilities: [Double] { task.probabilities(logits) }
}

/// Texts on their way through a classifier, any number of them in constant memory: they go in one at a time, and the answers are handed over
/// on the caller's thread, in the order of the texts.
///
/// A thread takes a few texts at a time from their characters to their logits: as many as make up a micro-batch, told by their bytes alone, so
/// that the same texts are computed together at any number of threads. A text that was seen lately is not computed again. Its answer has the
/// bits that computing it again would give.
package final class Answering<Failure: Error> {
    /// What the caller does with an answer.
    package typealias Receiver = (Answer) throws(Failure) -> Void

    /// An answer that is there once the texts before it are answered.
    private final class Place {
        var answer: Answer?
    }

    private let pipeline: Pipeline<[String], [Answer], Failure>
    private var known: RecentTexts<Place>
    /// What is collected for the next micro-batch: texts that are new, and all that are to be answered.
    private var texts: [String] = []
    private var places: [Place] = []
    private var rows: [(place: Place, receive: Receiver)] = []
    /// In bytes: of the new texts, of all collected, and of all under way at most.
    private var newSize = 0
    private var size = 0
    private var sizeUnderWay = 0

    /// The bytes of a micro-batch, a token being about four.
    private static var microBatchSize: Int { 4 * MicroBatches.forwardTokens }
    private static var mostRows: Int { 256 }
    private static var mostCollected: Int { 1 << 16 }
    private static var mostUnderWay: Int { 1 << 24 }

    package init(_ classifier: TextClassifier) {
        pipeline = Pipeline(threads: classifier.threads) { classifier.answers($0) }
        known = RecentTexts(limit: 1 << 24, valueSize: 128 + 4 * classifier.model.labels.count)
    }

    /// Has the text answered, and gives the answer to `receive` in this call or a later one.
    package func add(_ text: String, _ receive: @escaping Receiver) throws(Failure) {
        let length = text.utf8.count
        let place = known.value(of: text) {
            let place = Place()
            texts.append(text)
            places.append(place)
            newSize += length
            return place
        }
        rows.append((place, receive))
        size += length
        if newSize >= Self.microBatchSize || rows.count == Self.mostRows || size >= Self.mostCollected { try send() }
    }

    /// Comes back when all texts are answered.
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
    /// The answers to a few texts, which make one micro-batch, on this thread.
    fileprivate func answers(_ texts: [String]) -> [Answer] {
        if texts.isEmpty { return [] }
        let rows = texts.map { modelRow($0, tokenizer, maxLength: maxLength) }
        let logits = model.logits(microBatch: rows.map(\.ids))
        return rows.indices.map { Answer(model.task, logits: Array(logits.row($0)), truncated: rows[$0].truncated) }
    }

    /// Gives each text's answer to `receive`, in their order.
    package func answer<Failure>(_ texts: some Sequence<String>, _ receive: (Answer) throws(Failure) -> Void) throws(Failure) {
        try withoutActuallyEscaping(receive) { (receive) throws(Failure) in
            let answering = Answering<Failure>(self)
            for text in texts { try answering.add(text, receive) }
            try answering.finish()
        }
    }

    /// How good the answers to texts are whose labels are known. `receive` is given each answer.
    package func evaluate<Failure>(
        _ texts: [String], labels: [Int], _ receive: (Answer) throws(Failure) -> Void
    ) throws(Failure) -> Metrics {
        precondition(texts.count == labels.count)
        var tally = MetricsTally(labels: model.labels)
        var row = 0
        try answer(texts) { (answer) throws(Failure) in
            tally.add(truth: labels[row], probabilities: answer.probabilities, isTruncated: answer.truncated > 0)
            row += 1
            try receive(answer)
        }
        return tally.metrics
    }
}
