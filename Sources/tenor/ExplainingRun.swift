import Glibc
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading
import TenorThreads

/// Explains texts a few at a time, and writes the explanations in their order.
final class ExplainingRun {
    private let classifier: TextClassifier
    private let model: String
    private let explainer: Explainer
    /// The output to explain; nil for those that the model gives.
    private let output: Int?
    private let writesJSON: Bool
    private let compute: ComputeOptions
    private(set) var page: AttributionPage?
    private var waiting: [Document] = []
    private var waitingBytes = 0
    private var specials: SpecialTokenCount
    private var (done, blank, truncated, incomplete) = (0, 0, 0, 0)

    private static let mostWaitingBytes = 1 << 20

    init(
        _ classifier: TextClassifier, _ model: String, _ explainer: Explainer, output: Int?, writesJSON: Bool, page: AttributionPage?,
        _ compute: ComputeOptions
    ) {
        (self.classifier, self.model, self.explainer, self.output) = (classifier, model, explainer, output)
        (self.writesJSON, self.page, self.compute) = (writesJSON, page, compute)
        specials = SpecialTokenCount(classifier.tokenizer)
    }

    func add(_ document: Document) throws {
        specials.add(document.input)
        guard !document.isBlank else { return blank += 1 }
        waiting.append(document)
        waitingBytes += document.input.size
        if waiting.count == 8 * compute.threadCount || waitingBytes > Self.mostWaitingBytes { try explain() }
    }

    func pause() throws {
        try explain()
        try Output.flush()
    }

    func finish() throws {
        try pause()
        Messages.clearProgress()
        if truncated > 0 {
            compute.message("\(counted(truncated, "text")) truncated to \(classifier.encoder.maxLength) tokens; see --max-length")
        }
        if blank > 0 { compute.message("\(counted(blank, "text")) without a word, and so without an explanation") }
        if incomplete > 0 {
            compute.message(
                "\(counted(incomplete, "explanation")) whose scores do not add up within 1 %: the sum and the logits are in the output")
        }
        compute.report(specials)
    }

    /// Explains what waits: a single text on all threads, several with one thread for each.
    private func explain() throws {
        let (documents, threads) = (waiting, compute.threadCount)
        (waiting, waitingBytes) = ([], 0)
        let found = Lock([[Attribution]?](repeating: nil, count: documents.count))
        parallel(documents.count, threads: threads) { index in
            let attributions = explainer.attributions(documents[index].input, output: output, threads: documents.count == 1 ? threads : 1)
            found.withLock { $0[index] = attributions }
        }
        for (document, attributions) in zip(documents, found.withLock { $0 }) {
            guard let attributions else { throw NoAnswer(folder: model, weight: nil) }
            for attribution in attributions { try write(attribution, of: document) }
            if attributions[0].truncated > 0 { truncated += 1 }
            done += 1
        }
        if !isTerminal(1) { compute.progress("explained \(counted(done, "text"))") }
    }

    private func write(_ attribution: Attribution, of document: Document) throws {
        let title = document.source == "-" ? "row \(document.row)" : "\(lastComponent(of: document.source)) \(document.row)"
        page?.add(attribution, title: title)
        if attribution.completeness?.isReached == false { incomplete += 1 }
        if writesJSON { return try Output.write(attribution.json(source: document.source, row: document.row)) }
        try Output.write((done > 0 ? "\n" : "") + attribution.report(title: title, colored: Self.showsColors))
    }

    /// Whether standard output is a terminal whose user has not asked for text without colors (no-color.org).
    private static let showsColors = isTerminal(1) && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb"

    private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}
