import TenorMeasuring
import TenorReading

/// What texts have in common with others.
extension CorpusCheck {
    var similarityFindings: [Draft] {
        let isLabelled = corpus.kind != .regression
        let within = [isLabelled ? contradictions : nil, isLabelled ? nearContradictions : nil, duplicates, nearDuplicates]
        return corpora.others.indices.flatMap { [leaks(of: $0), nearLeaks(of: $0)] }.compactMap { $0 } + within.compactMap { $0 }
    }

    private var sameWords: String { "at least \(fixed(100 * similarity, 0)) % of the words" }

    /// The text's number, and the first row with it.
    private func first(_ row: Int) -> (text: Int, row: Int)? {
        let text = Int(corpus.texts[row])
        return text < 0 ? nil : (text, corpora.firstRows[text])
    }

    private var duplicates: Draft? {
        var (found, pairs) = (0, [[Draft.Row]]())
        for row in corpus.texts.indices {
            guard let first = first(row), first.row != row else { continue }
            found += 1
            if pairs.count < FirstRows.most { pairs.append([Draft.Row(first.row), Draft.Row(row)]) }
        }
        guard found > 0 else { return nil }
        return Draft(
            .duplicates, share(found) >= Self.spoilingShare ? .warning : .note, found,
            "\(Self.rowsHave(found, of: rows)) the text of an earlier row, apart from case and white space.",
            "Remove the copies, unless texts are that frequent where the model will be used. Held-out rows are easier with them.", pairs)
    }

    private var nearDuplicates: Draft? {
        let links = corpora.similar.earlier
        let texts = links.indices.filter { links[$0] >= 0 }
        guard !texts.isEmpty else { return nil }
        return Draft(
            .nearDuplicates, share(texts.count) >= 5 * Self.spoilingShare ? .warning : .note, texts.count,
            "\(Self.counted(texts.count, "text")) \(texts.count == 1 ? "has" : "have") \(sameWords) in common with an earlier one.",
            "Keep such texts together when rows are set aside for measuring: a model knows one when it has seen the other.",
            pairs(texts, links))
    }

    private var contradictions: Draft? {
        var isContradicted = [Int: Int]()
        for row in corpus.texts.indices {
            guard let first = first(row), corpus.classes[row] != corpus.classes[first.row], isContradicted[first.text] == nil else {
                continue
            }
            isContradicted[first.text] = row
        }
        guard !isContradicted.isEmpty else { return nil }
        let affected = corpus.texts.count { isContradicted[Int($0)] != nil }
        let pairs = isContradicted.sorted { $0.value < $1.value }.prefix(FirstRows.most).map {
            [Draft.Row(corpora.firstRows[$0.key]), Draft.Row($0.value)]
        }
        return Draft(
            .contradictions, share(affected) >= Self.spoilingShare ? .error : .warning, affected,
            "\(Self.counted(isContradicted.count, "text")) \(isContradicted.count == 1 ? "stands" : "stand") under different labels, in "
                + "\(Self.rows(affected, of: rows)).",
            "Decide which label is right, and remove the other rows: no model can answer both ways.", pairs)
    }

    private var nearContradictions: Draft? {
        let links = corpora.similar.contradicting
        let texts = links.indices.filter { links[$0] >= 0 }
        guard !texts.isEmpty else { return nil }
        return Draft(
            .nearContradictions, .warning, texts.count,
            "\(Self.counted(texts.count, "text")) \(texts.count == 1 ? "has" : "have") \(sameWords) in common with one of another label.",
            "Look at them: one of the two labels may be wrong, or a word makes the difference.", pairs(texts, links))
    }

    private func pairs(_ texts: [Int], _ links: [Int32]) -> [[Draft.Row]] {
        texts.prefix(FirstRows.most).map { [Draft.Row(corpora.firstRows[Int(links[$0])]), Draft.Row(corpora.firstRows[$0])] }
    }

    private func share(_ count: Int) -> Double { Double(count) / Double(max(rows, 1)) }

    private func leaks(of other: Int) -> Draft? {
        let scan = corpora.others[other]
        let leaked = scan.texts.indices.filter { scan.texts[$0] >= 0 && scan.texts[$0] < corpora.similar.corpus }
        guard !leaked.isEmpty else { return nil }
        let pairs = leaked.prefix(FirstRows.most).map { [Draft.Row($0, of: other), Draft.Row(corpora.firstRows[Int(scan.texts[$0])])] }
        return Draft(
            .leaks, .error, leaked.count,
            "\(Self.rowsHave(leaked.count, of: scan.rows, in: scan.name)) the text of a row of \(corpus.name).",
            "Remove them from one of the two files: a model knows their answers, so nothing is measured by them.", pairs)
    }

    private func nearLeaks(of other: Int) -> Draft? {
        let (scan, similar) = (corpora.others[other], corpora.similar)
        func source(_ row: Int) -> Int? {
            let text = Int(scan.texts[row]) - similar.corpus
            guard text >= 0, similar.leaked[text] >= 0 else { return nil }
            return corpora.firstRows[Int(similar.leaked[text])]
        }
        let leaked = scan.texts.indices.filter { source($0) != nil }
        guard !leaked.isEmpty else { return nil }
        let isSpoiling = Double(leaked.count) >= Self.spoilingShare * Double(scan.rows)
        return Draft(
            .nearLeaks, isSpoiling ? .error : .warning, leaked.count,
            "\(Self.rowsHave(leaked.count, of: scan.rows, in: scan.name)) \(sameWords) in common with a row of \(corpus.name).",
            "Remove those that say the same from one of the two files: a model has nearly seen them.",
            leaked.prefix(FirstRows.most).map { [Draft.Row($0, of: other), Draft.Row(source($0)!)] })
    }
}
