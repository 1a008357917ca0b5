import TenorFiles
import TenorMeasuring
import TenorReading

/// What the labels and the records show by themselves.
extension CorpusCheck {
    /// Records that are no rows, rows without a label, and blank texts.
    var rowFindings: [Draft] {
        var drafts: [Draft] = []
        for other in [nil] + corpora.others.indices.map(Optional.init) {
            let (scan, bad) = (scan(other), scan(other).badRows)
            guard bad.count > 0 else { continue }
            drafts.append(
                Draft(
                    .invalidRows, .error, bad.count,
                    "\(Self.counted(bad.count, "record")) of \(scan.name) cannot be read as \(bad.count == 1 ? "a row" : "rows").",
                    "Correct them. Training would stop at the first.",
                    others: bad.first.map { [Finding.Row(file: $0.file, line: $0.line, label: "", text: $0.fault)] }))
        }
        let unlabelled = corpus.classes.indices.filter { corpus.classes[$0] < 0 }
        if !unlabelled.isEmpty {
            drafts.append(
                Draft(
                    .unlabelledRows, .note, unlabelled.count, "\(Self.rowsHave(unlabelled.count, of: rows)) no label.",
                    "They are left out of training.", unlabelled.prefix(FirstRows.most).map { [Draft.Row($0)] }))
        }
        let blank = corpus.texts.indices.filter { corpus.texts[$0] < 0 }
        if !blank.isEmpty {
            drafts.append(
                Draft(
                    .emptyTexts, .warning, blank.count, "\(Self.rowsHave(blank.count, of: rows)) no text.",
                    "Remove them: the model would learn a label for nothing.", blank.prefix(FirstRows.most).map { [Draft.Row($0)] }))
        }
        return drafts
    }

    /// The names of the labels and their numbers of rows.
    var labelFindings: [Draft] {
        guard corpus.kind != .regression else { return [] }
        var drafts: [Draft] = []
        if corpus.kind == .single, corpus.labels.count == 1 {
            drafts.append(
                Draft(
                    .oneLabel, .error, 1, "All rows have the label \(quoted(corpus.labels[0])).",
                    "A classifier needs at least two labels. Is this the right label column?"))
        }
        let check = LabelSetCheck(corpus.labels, counts: corpus.counts)
        if corpus.kind == .single, let fault = check.fault {
            drafts.append(Draft(.unlikelyLabels, .error, corpus.labels.count, "\(fault).", "Name the column of the labels."))
        }
        return drafts + check.warnings.compactMap(draft) + sizeFindings + unknownLabels
    }

    private func draft(_ warning: LabelWarning) -> Draft? {
        let merge = "Give them one name: they would be trained as different labels."
        switch warning {
        case .alike(let labels, _): return draft(.similarLabels, .error, labels, "\(warning)", merge)
        case .sameNumber(let labels): return draft(.similarLabels, .error, labels, "\(warning)", merge)
        case .inSpace(let labels): return draft(.spacedLabels, .warning, labels, "\(warning)", "Remove the white space.")
        case .missingValues(let labels, _):
            return draft(.missingValueLabels, .warning, labels, "\(warning)", "Remove these rows, unless the word is meant as a label.")
        case .rare: return nil
        }
    }

    /// With the first row of each label as examples.
    private func draft(
        _ name: Finding.Name, _ severity: Finding.Severity, _ labels: [String], _ what: String, _ advice: String
    ) -> Draft {
        let names = Set(labels.map { ByteString($0) })
        let indices = corpus.labels.indices.filter { names.contains(ByteString(corpus.labels[$0])) }
        return Draft(name, severity, labels.count, "There are \(what).", advice, firstRows(of: indices))
    }

    /// The first row of each of some labels; none where rows have several.
    private func firstRows(of labels: [Int]) -> [[Draft.Row]] {
        guard corpus.kind == .single else { return [] }
        var left = Set(labels.prefix(FirstRows.most).map { Int32($0) })
        var rows: [[Draft.Row]] = []
        for (row, label) in corpus.classes.enumerated() where left.remove(label) != nil {
            rows.append([Draft.Row(row)])
            if left.isEmpty { break }
        }
        return rows
    }

    /// From this number of rows on, a label can be learned and measured at all.
    private static let fewRows = 8
    private static let largestRatio = 10

    private var sizeFindings: [Draft] {
        var drafts: [Draft] = []
        func named(_ labels: [Int]) -> String { listed(labels) { "\(quoted(corpus.labels[$0])) \(corpus.counts[$0])" } }
        let single = corpus.labels.indices.filter { corpus.counts[$0] < 2 }
        if !single.isEmpty {
            drafts.append(
                Draft(
                    .singleRowLabels, .error, single.count,
                    "\(Self.counted(single.count, "label")) \(single.count == 1 ? "has" : "have") fewer than 2 rows: \(named(single)).",
                    "Add rows, merge the label with another, or remove it: what is learned from one row cannot be measured.",
                    firstRows(of: single)))
        }
        let small = corpus.labels.indices.filter { (2..<Self.fewRows).contains(corpus.counts[$0]) }
        if !small.isEmpty {
            drafts.append(
                Draft(
                    .smallLabels, .warning, small.count,
                    "\(Self.counted(small.count, "label")) \(small.count == 1 ? "has" : "have") fewer than \(Self.fewRows) rows: \(named(small)).",
                    "Add rows: such labels are seldom found.", firstRows(of: small)))
        }
        return drafts + [imbalance].compactMap { $0 }
    }

    private var imbalance: Draft? {
        guard corpus.kind == .single, corpus.labels.count > 1, let most = corpus.counts.max(), let least = corpus.counts.min(), least > 0,
            let frequent = corpus.counts.firstIndex(of: most), let rare = corpus.counts.firstIndex(of: least)
        else { return nil }
        let share = Double(most) / Double(max(rows, 1))
        guard most >= Self.largestRatio * least else { return nil }
        return Draft(
            .imbalance, .warning, most,
            "\(quoted(corpus.labels[frequent])) has \(Self.counted(most, "row")), \(fixed(100 * share, 1)) % of all and "
                + "\(fixed(Double(most) / Double(least), 1)) times as many as \(quoted(corpus.labels[rare])).",
            "Always answering \(quoted(corpus.labels[frequent])) is right as often: judge by macro F1, or weigh rows by their labels.")
    }

    /// Labels of other files that no row of the corpus has.
    private var unknownLabels: [Draft] {
        let known = Set(corpus.labels.map { ByteString($0) })
        return corpora.others.indices.compactMap { other in
            let scan = corpora.others[other]
            let unknown = scan.labels.indices.filter { !known.contains(ByteString(scan.labels[$0])) }
            guard !unknown.isEmpty else { return nil }
            let names = Set(unknown.map { Int32($0) })
            let rows = scan.kind == .single ? scan.classes.indices.filter { names.contains(scan.classes[$0]) } : []
            return Draft(
                .unknownLabels, .error, unknown.count,
                "\(scan.name) has \(Self.counted(unknown.count, "label")) that no row of \(corpus.name) has: "
                    + "\(quoted(unknown.map { scan.labels[$0] })).",
                "A model trained on \(corpus.name) cannot answer these rows. Give the labels the same names, or remove the rows.",
                rows.prefix(FirstRows.most).map { [Draft.Row($0, of: other)] })
        }
    }
}

extension CorpusScan {
    /// For sentences.
    var name: String { oneLine(source == "-" ? "standard input" : lastComponent(of: source)) }
}
