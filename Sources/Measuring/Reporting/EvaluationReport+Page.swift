import TenorFiles

extension EvaluationReport {
    /// The results as a page of HTML that needs no other file and no network.
    package var page: String { Page(title: "How well \(model) answers \(corpus)", sections: sections, notes: notes).markup }

    private typealias Section = Page.Section

    private var sections: [Section] {
        let listed = Array(errors.sorted.prefix(ErrorBrowser.most))
        let curves = evaluation.curves.map { CurvePlots(labels: labels, curves: $0).figures } ?? []
        var sections = [
            Section(id: "summary", title: "Summary", content: summary), Section(id: "labels", title: "Labels", content: labelSection),
            Section(
                id: "probabilities", title: "Probabilities",
                content: figures(ProbabilityPlots(evaluation: evaluation, target: targetSentence).figures)),
        ]
        if !curves.isEmpty { sections.append(Section(id: "curves", title: "Curves", content: figures(curves))) }
        sections.append(Section(id: "slices", title: "Slices", content: "\(slices.map(sliceTable))"))
        if let other { sections.append(Section(id: "comparison", title: "Comparison", content: comparisonSection(other))) }
        sections.append(
            Section(
                id: "wrong-answers", title: "Wrong answers", content: ErrorBrowser(labels: labels, errors: listed, count: errors.count).html
            ))
        return sections
    }

    private func figures(_ figures: [Figure]) -> HTML { "<div class=\"figures\">\n\(figures.map(\.html))</div>\n" }

    private var notes: HTML {
        """
        <footer><p>Intervals hold the true figure with 95 % certainty, if the rows were drawn as those that the model will meet. \
        That of a share is Wilson's; the others are from 1,000 samples of the rows, drawn with replacement. \
        F1 is the harmonic mean of precision and recall, macro F1 its mean over the labels. MCC, the Matthews correlation, is 0 for guessing. \
        NLL and the Brier score punish confidence in wrong answers, the ECE is how far probabilities are off: lower is better. \
        AUROC and average precision (AP) rank each label's probability against the rest.</p></footer>

        """
    }
}
