import TenorFiles

/// The ROC and precision-recall curves of the labels, each against the rest.
struct CurvePlots {
    let labels: [String]
    let curves: [LabelCurves]

    /// As many as the page has kinds of line. With more labels, those with the smallest areas are drawn.
    private static let most = 6

    private func drawn(_ area: (LabelCurves) -> Double?) -> [Int] {
        let defined = labels.indices.filter { area(curves[$0]) != nil }
        guard defined.count > Self.most else { return defined }
        return Array(defined.sorted { area(curves[$0])! < area(curves[$1])! }.prefix(Self.most))
    }

    var figures: [Figure] {
        let roc = PlotFrame(
            title: "ROC curves", description: "recall of each label against the share of other rows that score as high",
            xTitle: "other rows taken for the label, %", yTitle: "rows of the label found, %")
        let precision = PlotFrame(
            title: "Precision-recall curves", description: "precision of each label against its recall",
            xTitle: "recall: rows of the label found, %", yTitle: "precision: answers that are right, %")
        return [
            figure(
                "ROC", "The area (AUROC) is 1 for a perfect ranking and 0.5 for chance, the dashed line.", roc, \.areaUnderROC, \.roc,
                roc.diagonal),
            figure(
                "Precision and recall",
                "A threshold that finds more rows of a label is right less often. The area is the average precision.", precision,
                \.averagePrecision, \.precisionRecall, ""),
        ].compactMap(\.self)
    }

    private func figure(
        _ title: String, _ reading: String, _ frame: PlotFrame, _ area: KeyPath<LabelCurves, Double?>,
        _ curve: KeyPath<LabelCurves, Curve?>,
        _ reference: HTML
    ) -> Figure? {
        let drawn = drawn { $0[keyPath: area] }
        guard !drawn.isEmpty else { return nil }
        let lines = drawn.enumerated().map { style, label in
            frame.line(curves[label][keyPath: curve]?.points ?? [], style: style)
        }
        let defined = curves.count { $0[keyPath: area] != nil }
        let note = drawn.count < defined ? " Drawn are the \(drawn.count) of \(defined) labels with the smallest area." : ""
        let entries = drawn.enumerated().map { style, label -> HTML in
            """
            <li><svg class="key" viewBox="0 0 30 10" aria-hidden="true"><path class="line c\(style)" d="M0 5H30"/></svg>\
            \(cut(oneLine(labels[label]), to: 40)) <b>\(fixed(curves[label][keyPath: area] ?? 0, 3))</b></li>

            """
        }
        return Figure(
            title: title, reading: reading + note, plot: frame.svg("\(reference)\(lines)"),
            legend: "<ul class=\"legend\">\n\(entries)</ul>\n")
    }
}
