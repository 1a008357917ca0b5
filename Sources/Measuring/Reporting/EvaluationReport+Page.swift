import TenorFiles

extension EvaluationReport {
    /// The results as a page of HTML that needs no other file and no network.
    package var page: String {
        let title = "How well \(model) answers \(corpus)"
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy"
             content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>
            \(pageStyle)
            </style>
            </head>
            <body>
            <a class="skip" href="#summary">Skip to the results</a>
            <header><h1>\(title)</h1></header>
            <nav aria-label="Contents"><ul>\(sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML })</ul></nav>
            <main>
            \(sections.map(\.html))</main>
            \(notes)<script>
            \(pageScript)
            </script>
            </body>
            </html>

            """
        return page.markup
    }

    private struct Section {
        let id: String
        let title: String
        let content: HTML

        var html: HTML {
            "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">\(title)</h2>\n\(content)</section>\n"
        }
    }

    private var sections: [Section] {
        let listed = Array(errors.sorted.prefix(ErrorBrowser.most))
        let curves = evaluation.curves.map { CurvePlots(labels: labels, curves: $0).figures } ?? []
        var sections = [
            Section(id: "summary", title: "Summary", content: summary), Section(id: "labels", title: "Labels", content: labelSection),
            Section(id: "probabilities", title: "Probabilities", content: figures(ProbabilityPlots(evaluation: evaluation).figures)),
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
