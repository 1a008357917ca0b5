import TenorFiles

/// A corpus and files that must not share texts with it, such as test rows: each read once, and what their texts have in common.
package struct CheckedCorpora: Sendable {
    package let corpus: CorpusScan
    package let others: [CorpusScan]
    /// The first row of the corpus with each of its texts.
    package let firstRows: [Int]
    package let similar: SimilarTexts

    /// - Parameters:
    ///   - others: the other sources. They hold the same kind of answers.
    ///   - limit: the share of common words from which on texts are similar.
    ///   - report: called with a source and the number of its rows so far.
    package init(
        _ source: String, _ format: InputFormat, others: [String], _ otherFormat: InputFormat, _ tokenizer: (any Tokenizer)?,
        limit: Double, threads: Int, warn: @escaping @Sendable (InputWarning) -> Void, report: (String, Int) -> Void
    ) throws(CorpusError) {
        var table = TextTable()
        let corpus = try CorpusScan(source, format, into: &table, tokenizer, threads: threads, warn: warn) { report(source, $0) }
        let count = table.count
        var otherFormat = otherFormat
        otherFormat.answers = corpus.kind
        var scans: [CorpusScan] = []
        for other in others {
            scans.append(
                try CorpusScan(other, otherFormat, into: &table, nil, threads: threads, warn: warn) { report(other, $0) })
        }
        var (firstRows, classes) = ([Int](repeating: -1, count: count), [Int32](repeating: -1, count: count))
        for (row, text) in corpus.texts.enumerated() where text >= 0 && firstRows[Int(text)] < 0 {
            firstRows[Int(text)] = row
            classes[Int(text)] = corpus.classes[row]
        }
        (self.corpus, self.others, self.firstRows) = (corpus, scans, firstRows)
        similar = SimilarTexts(table, classes: classes, limit: limit, threads: threads)
    }
}
