import TenorFiles

/// The confusion matrix as a drawing. Colors show shares of the true label's rows. Wrong answers have a color and a scale of their own, for
/// they are few. The strongest color leaves the numbers on it a contrast of 4.5 in light and dark.
struct ConfusionPlot {
    let labels: [String]
    let confusion: Confusion

    /// More labels do not fit on a page.
    static let mostLabels = 25

    private var cell: Double { labels.count > 12 ? 30 : labels.count > 6 ? 42 : 60 }
    /// The room for the names, by the longest.
    private var left: Double { 14 + 7.5 * longest }
    private var top: Double { 20 + 5.5 * longest }
    private var longest: Double { Double(labels.map { name($0).count }.max() ?? 0) }

    var figure: Figure {
        Figure(
            title: "Which labels are taken for which",
            reading: "Rows are true labels, columns are answers. Numbers are rows; a stronger color is a larger share of the true label. "
                + "Wrong answers have a scale of their own.",
            plot: svg)
    }

    private var svg: HTML {
        let counts = confusion.counts
        let shares = counts.map { row in
            let sum = row.reduce(0, +)
            return row.map { sum == 0 ? 0 : Double($0) / Double(sum) }
        }
        let worst = shares.enumerated().flatMap { truth, row in row.enumerated().filter { $0.offset != truth }.map(\.element) }.max() ?? 0
        let cells = counts.indices.flatMap { truth in
            counts.indices.map { predicted -> HTML in
                let isRight = truth == predicted
                let share = shares[truth][predicted]
                let strength = isRight ? share : worst == 0 ? 0 : share / worst
                return square(counts[truth][predicted], share, truth: truth, predicted: predicted, strength: 0.5 * strength)
            }
        }
        let (width, height) = (max(left + cell * Double(labels.count) + 46, 200), top + cell * Double(labels.count) + 8)
        return """
            <svg class="confusion" style="max-width:\(max(1.2 * width, 360))px" viewBox="0 0 \(width) \(height)" role="img" \
            aria-label="Confusion matrix: \(confusion.correct) of \(confusion.rows) answers are right">
            \(labels.indices.map(names))\(cells)</svg>

            """
    }

    private func name(_ label: String) -> String { cut(oneLine(label), to: 16) }

    private func names(_ index: Int) -> HTML {
        let name = name(labels[index])
        let at = cell * (Double(index) + 0.5)
        return """
            <text x="\(left - 8)" y="\(top + at + 4)" text-anchor="end">\(name)</text>\
            <text transform="translate(\(left + at + 4) \(top - 8)) rotate(-45)">\(name)</text>

            """
    }

    private func square(_ rows: Int, _ share: Double, truth: Int, predicted: Int, strength: Double) -> HTML {
        let (x, y) = (left + cell * Double(predicted), top + cell * Double(truth))
        let color = truth == predicted ? "right" : "wrong"
        let showsShare = labels.count <= 6
        let middle = y + cell / 2 + (showsShare ? -2 : 4)
        let percentage: HTML = showsShare ? "<tspan class=\"share\" x=\"\(x + cell / 2)\" dy=\"15\">\(percent(share, 0))</tspan>" : ""
        return """
            <g><title>\("\(labels[truth]) answered as \(labels[predicted]): \(rows), \(percent(share))")</title>\
            <rect class="frame" x="\(x)" y="\(y)" width="\(cell - 2)" height="\(cell - 2)"/>\
            <rect class="\(color)" x="\(x)" y="\(y)" width="\(cell - 2)" height="\(cell - 2)" fill-opacity="\(strength)"/>\
            <text x="\(x + cell / 2 - 1)" y="\(middle)" text-anchor="middle">\
            \(rows == 0 ? "·" : "\(rows)")\(rows == 0 ? "" : percentage)</text></g>

            """
    }
}
