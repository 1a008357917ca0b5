import TenorFiles

extension EvaluationReport {
    /// The headline figures, and what to know first.
    var summary: HTML {
        let cards = HeadlineFigure.allCases.map { figure -> HTML in
            guard let value = figure.value(of: metrics) else {
                return "<div class=\"card\"><dt>\(figure.name)</dt><dd>–<small>\(lackOfAUROC)</small></dd></div>\n"
            }
            let interval = evaluation.intervals[figure].map(interval) ?? ""
            return "<div class=\"card\"><dt>\(figure.name)</dt><dd><b>\(fixed(value, 3))</b><small>\(interval)</small></dd></div>\n"
        }
        let points = findings.map { "<li>\($0)</li>\n" as HTML }
        return "<ul class=\"short\">\n\(points)</ul>\n<dl class=\"cards\">\n\(cards)</dl>\n"
    }

    /// In two parts that do not break.
    private func interval(_ range: ClosedRange<Double>) -> String {
        ["95 % interval", span(range, 3)].map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: " ")
    }

    private var findings: [HTML] {
        var findings: [HTML] = []
        let baseline = evaluation.baseline
        findings.append(
            """
            <b>\(percent(confusion.accuracy))</b> of \(grouped(confusion.rows)) answers are right \
            (95 % interval \(percent(confusion.accuracyInterval))). \
            Always answering “\(oneLine(labels[baseline.majority]))” would be right on \(percent(baseline.accuracy)).
            """)
        if let weakest {
            let scores = confusion.classScores[weakest]
            findings.append(
                """
                The weakest label is <b>\(oneLine(labels[weakest]))</b>: F1 \(fixed(scores.f1, 3)), recall \(percent(scores.recall)), precision \
                \(percent(scores.precision)).
                """)
        }
        if let mistake = confusion.mistakes.first {
            findings.append(
                """
                The most frequent mistake: <b>\(oneLine(labels[mistake.truth]))</b> answered as <b>\(oneLine(labels[mistake.predicted]))</b>, \
                <a href="#wrong-answers" data-truth="\(mistake.truth)" data-answer="\(mistake.predicted)">\(counted(mistake.rows, "row"))</a>.
                """)
            findings.append("<a href=\"#wrong-answers\" data-truth=\"\">The worst errors</a>: wrong answers, the most confident first.")
        }
        if let conclusion { findings.append("\(conclusion)") }
        if metrics.truncatedRows > 0 {
            findings.append("\(counted(metrics.truncatedRows, "text")) truncated to \(maxLength) tokens: what comes after was not read.")
        }
        return findings
    }

    /// The label with the lowest F1 of those that have rows; nil if there are fewer than two.
    private var weakest: Int? {
        let scores = confusion.classScores
        let occurring = scores.indices.filter { scores[$0].support > 0 }
        return occurring.count > 1 ? occurring.min { scores[$0].f1 < scores[$1].f1 } : nil
    }

    /// The table of the labels, and the confusion matrix or, for many labels, the most frequent mistakes.
    var labelSection: HTML {
        let rows = zip(labels.indices, confusion.classScores).map { index, scores -> HTML in
            let wrong = scores.support - Int((scores.recall * Double(scores.support)).rounded())
            let tag: HTML = index == weakest ? " <span class=\"tag\">weakest</span>" : ""
            let link: HTML = wrong == 0 ? "0" : "<a href=\"#wrong-answers\" data-truth=\"\(index)\">\(wrong)</a>"
            return """
                <tr\(index == weakest ? " class=\"weakest\"" as HTML : "")><th scope="row">\(oneLine(labels[index]))\(tag)</th>\
                <td>\(fixed(scores.f1, 3))</td><td>\(shareBar(scores.f1))</td>\
                <td>\(fixed(scores.precision, 3))</td><td>\(fixed(scores.recall, 3))</td>\
                <td>\(area(index, \.areaUnderROC))</td><td>\(area(index, \.averagePrecision))</td><td>\(scores.support)</td><td>\(link)</td></tr>

                """
        }
        let table = wideTable(
            "Scores of each label", ["label", "F1", "", "precision", "recall", "AUROC", "AP", "rows", "not found"], rows)
        guard labels.count <= ConfusionPlot.mostLabels else { return "\(table)\(mistakeTable)" }
        return "\(table)<div class=\"figures\">\n\(ConfusionPlot(labels: labels, confusion: confusion).figure.html)</div>\n"
    }

    private func area(_ label: Int, _ area: KeyPath<LabelCurves, Double?>) -> String {
        evaluation.curves?[label][keyPath: area].map { fixed($0, 3) } ?? "–"
    }

    private var mistakeTable: HTML {
        let rows = confusion.mistakes.prefix(40).map { pair -> HTML in
            """
            <tr><th scope="row">\(oneLine(labels[pair.truth]))</th><td>\(oneLine(labels[pair.predicted]))</td>\
            <td><a href="#wrong-answers" data-truth="\(pair.truth)" data-answer="\(pair.predicted)">\(pair.rows)</a></td></tr>

            """
        }
        return "<h3>The most frequent mistakes</h3>\n\(wideTable("The most frequent mistakes", ["label", "answer", "rows"], rows))"
    }

    func sliceTable(_ slices: Slices) -> HTML {
        let most = 100
        let rows = slices.parts.prefix(most).map { part -> HTML in
            """
            <tr><th scope="row">\(oneLine(part.name))</th><td>\(part.rows)</td><td>\(percent(part.accuracy))</td><td>\(shareBar(part.accuracy))</td>\
            <td>\(percent(part.interval))</td></tr>

            """
        }
        let rest: HTML = slices.parts.count > most ? "<p>and \(slices.parts.count - most) more</p>\n" : ""
        let title = oneLine(slices.title)
        return
            "<h3>Accuracy by \(title)</h3>\n\(wideTable("Accuracy by \(title)", [title, "rows", "accuracy", "", "95 % interval"], rows))\(rest)"
    }

    func comparisonSection(_ other: Other) -> HTML {
        let comparison = other.comparison
        let figures: [HeadlineFigure] = [.accuracy, .macroF1, .nll, .ece]
        let rows = [(model, metrics), (other.model, other.metrics)].map { name, metrics -> HTML in
            "<tr><th scope=\"row\">\(oneLine(name))</th>\(figures.map { "<td>\(figure($0.value(of: metrics)))</td>" as HTML })</tr>\n"
        }
        let interval = comparison.interval.map { " (95 % interval \(span($0)))" } ?? ""
        return """
            <p><b>\(conclusion ?? "")</b></p>
            \(wideTable("Both models on the same rows", ["model"] + figures.map(\.name), rows))\
            <p>They answer \(counted(comparison.differing, "row")) differently. Only \(model) is right on \(comparison.onlyFirstCorrect), \
            only \(other.model) on \(comparison.onlySecondCorrect). Difference of accuracy: \(fixed(comparison.difference, 4))\(interval); \
            McNemar's exact test: p = \(probability(comparison.pValue)).</p>

            """
    }
}
