import TenorFiles

extension Attribution {
    /// The words that moved the output most, as text for a terminal.
    ///
    /// - Parameters:
    ///   - title: the name of the text.
    ///   - colored: whether the text itself comes first, with the words for the label on blue and those against it on orange.
    package func report(title: String, colored: Bool) -> String {
        let most = 10
        let name = oneLine(outcome.label)
        let value = "\(outcome.isProbability ? "probability " : "")\(fixed(outcome.value, 4))"
        var lines = ["\(oneLine(title)): \(name), \(value)\(outcome.isGiven ? "" : ", not the answer")"]
        if colored { lines.append(coloredText) }
        let shown = ranked.prefix(most)
        lines += table(
            [["word", "score", "          "]]
                + shown.map { [oneLine(string($0.range)), signed($0.score), bar(largest == 0 ? 0 : abs($0.score) / largest)] })
        let others = ranked.dropFirst(most)
        if !others.isEmpty {
            lines.append("and \(counted(others.count, "more word")), together \(signed(others.reduce(0) { $0 + $1.score }))")
        }
        if let completeness { lines.append(completeness.sentence) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Each color sets the ink too, so that both can be read on a dark and on a light terminal.
    private var coloredText: String {
        let largest = largest
        return pieces.map { piece in
            let text = oneLine(piece.text)
            guard let score = piece.score, largest > 0 else { return text }
            let strength = Int((3 * abs(score) / largest).rounded())
            let papers = score > 0 ? [153, 111, 69] : [223, 216, 208]
            return strength == 0 ? text : "\u{1B}[38;5;16;48;5;\(papers[strength - 1])m\(text)\u{1B}[0m"
        }.joined()
    }
}

extension Completeness {
    /// How well the scores add up.
    var sentence: String {
        let logits = "the logit is \(fixed(logit, 4)), and \(fixed(baseline, 4)) for padding"
        let limit = isReached ? "" : ", which is more than \(fixed(100 * tolerance, 0)) %"
        return "The scores add up to \(signed(sum)); \(logits). They are \(fixed(100 * error, 2)) % off after \(points) gradients\(limit)."
    }
}

/// A score with its sign.
func signed(_ score: Double) -> String { (score < 0 ? "" : "+") + fixed(score, 4) }
