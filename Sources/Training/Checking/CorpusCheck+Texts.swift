import TenorMeasuring
import TenorReading

/// What the texts look like, to a reader and to a model.
extension CorpusCheck {
    var textFindings: [Draft] {
        TextFaults.all.compactMap(draft) + [scripts, truncation, unknownTokens].compactMap { $0 }
    }

    private func draft(_ fault: TextFaults) -> Draft? {
        guard let found = corpus.faults[fault] else { return nil }
        let isFrequent = Double(found.count) >= Self.spoilingShare * Double(rows)
        let examples = found.rows.map { [Draft.Row($0)] }
        func draft(_ name: Finding.Name, _ severity: Finding.Severity, _ what: String, _ advice: String) -> Draft {
            Draft(name, severity, found.count, "\(Self.rowsHave(found.count, of: rows)) \(what).", advice, examples)
        }
        switch fault {
        case .replacement:
            return draft(
                .replacementCharacters, .warning, "the character U+FFFD, which stands for bytes that could not be decoded",
                "Go back to the source of the texts, and read it in its own encoding: what is lost cannot be restored.")
        case .mojibake:
            return draft(
                .mojibake, .warning, "letters that were decoded twice, such as 'Ã©' for 'é'",
                "Decode the source as UTF-8, not as Windows-1252 or Latin-1.")
        case .control:
            return draft(
                .controlCharacters, isFrequent ? .warning : .note, "control characters",
                "Remove them. Those from U+0080 to U+009F come from Windows-1252 that was read as Latin-1.")
        case .tag:
            return draft(
                .htmlTags, isFrequent ? .warning : .note, "HTML tags",
                "Remove them, or make sure that texts have them where the model will be used.")
        default:
            return draft(
                .htmlEntities, isFrequent ? .warning : .note, "HTML entities, such as '&amp;'", "Replace them by their characters.")
        }
    }

    private var scripts: Draft? {
        let found = corpus.scripts.filter { $0.key != .none }.sorted {
            ($1.value.count, $0.key.rawValue) < ($0.value.count, $1.key.rawValue)
        }
        guard found.count > 1 else { return nil }
        let rest = found.dropFirst()
        let count = rest.reduce(0) { $0 + $1.value.count }
        let names = rest.map { "\($0.key.name) \(grouped($0.value.count))" }.joined(separator: ", ")
        return Draft(
            .scripts, .note, count, "Most texts are in \(found[0].key.name) script, \(Self.counted(count, "row")) in others: \(names).",
            "Make sure that the model was trained on these languages. Languages of one script are not told apart here.",
            rest.flatMap(\.value.rows).sorted().prefix(FirstRows.most).map { [Draft.Row($0)] })
    }

    private var truncation: Draft? {
        guard let tokenLimit else { return nil }
        let long = corpus.tokens.indices.filter { corpus.tokens[$0] > tokenLimit }
        guard !long.isEmpty else { return nil }
        let isFrequent = Double(long.count) >= 5 * Self.spoilingShare * Double(rows)
        return Draft(
            .truncation, isFrequent ? .warning : .note, long.count,
            "\(Self.rowsHave(long.count, of: rows)) more than \(grouped(tokenLimit)) tokens: without windows, the model does not read what comes after.",
            "If the end matters, allow more tokens, as far as the model does, or let the model read long texts in windows.",
            long.prefix(FirstRows.most).map { [Draft.Row($0, note: "\(corpus.tokens[$0]) tokens")] })
    }

    private var unknownTokens: Draft? {
        let unknown = corpus.unknownTokens
        guard tokenLimit != nil, unknown.tokens > 0 else { return nil }
        let all = corpus.tokens.reduce(0) { $0 + Int($1) }
        let share = Double(unknown.tokens) / Double(max(all, 1))
        return Draft(
            .unknownTokens, share >= Self.spoilingShare ? .warning : .note, unknown.rows.count,
            "\(fixed(100 * share, 2)) % of the tokens are unknown to the model, in \(Self.rows(unknown.rows.count, of: rows)).",
            "Where they matter, take a model with a larger vocabulary or of the right language.", unknown.rows.rows.map { [Draft.Row($0)] })
    }

    /// Labels that may be wrong.
    var labelErrorFindings: [Draft] {
        guard let found = labelErrors else { return [] }
        var drafts: [Draft] = []
        if found.seen > 0 {
            drafts.append(
                Draft(
                    .seenRows, .warning, found.seen,
                    "The model was trained on \(Self.rows(found.seen, of: found.rows.count)) that were looked at for wrong labels.",
                    "Take its base instead: a model agrees with wrong labels that it has learned."))
        }
        guard !found.issues.isEmpty else { return drafts }
        let part = found.rows.count < found.candidates ? ", drawn from \(grouped(found.candidates))," : ""
        drafts.append(
            Draft(
                .labelErrors, .warning, found.issues.count,
                "The label of \(Self.rows(found.issues.count, of: found.rows.count))\(part) may be wrong.",
                "Look at them, the most certain first, and correct those that are wrong: many are only hard texts.",
                found.issues.prefix(FirstRows.most).map { issue in
                    let likely = quoted(corpus.labels[issue.likely])
                    let note = "likely \(likely): \(fixed(issue.likelyProbability, 2)), its label: \(fixed(issue.givenProbability, 2))"
                    return [Draft.Row(found.rows[issue.row], note: note)]
                }))
        return drafts
    }
}
