/// A histogram of lengths as a drawing: a bar for each range.
struct LengthPlot {
    let lengths: LengthHistogram
    /// What is counted, such as "characters".
    let unit: String
    /// The length above which texts are truncated; nil for none.
    var limit: Int?

    private static let (width, height) = (360.0, 250.0)
    private static let (left, right, top, bottom) = (48.0, 348.0, 10.0, 190.0)

    var figure: Figure {
        let truncated = limit.map { limit in
            " A model reads \(grouped(limit)) of them; \(counted(lengths.rows(above: limit), "text")) "
                + "\(lengths.rows(above: limit) == 1 ? "is" : "are") longer."
        }
        return Figure(
            title: "Length in \(unit)",
            reading: "Half of the texts have at most \(grouped(lengths.quantile(0.5))) \(unit), 99\u{A0}% at most "
                + "\(grouped(lengths.quantile(0.99))), the longest \(grouped(lengths.longest)).\(truncated ?? "")",
            plot: svg)
    }

    private var svg: HTML {
        let bins = lengths.bins
        let highest = Double(bins.map(\.rows).max() ?? 1) / Double(max(lengths.rows, 1))
        let end = [0.1, 0.2, 0.4, 0.6, 0.8].first { $0 >= highest } ?? 1
        let step = (Self.right - Self.left) / Double(max(bins.count, 1))
        let bars = bins.enumerated().map { index, bin -> HTML in
            let share = Double(bin.rows) / Double(max(lengths.rows, 1))
            let (x, tall) = (Self.left + step * Double(index), (Self.bottom - Self.top) * share / end)
            let name = Self.name(bin.range)
            return """
                <g><title>\("\(name) \(unit): \(counted(bin.rows, "row")), \(percent(share))")</title>\
                <rect class="right" x="\(x + 2)" y="\(Self.bottom - tall)" width="\(step - 4)" height="\(tall)"/>\
                <text transform="translate(\(x + step / 2 + 4) \(Self.bottom + 10)) rotate(-45)" text-anchor="end">\(name)</text></g>

                """
        }
        return """
            <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\("Histogram of the lengths in \(unit)")">
            \(axis(end))\(bars)</svg>

            """
    }

    private func axis(_ end: Double) -> HTML {
        let ticks = (0...4).map { Double($0) / 4 }.map { tick -> HTML in
            let y = Self.bottom - (Self.bottom - Self.top) * tick
            return """
                <path class="grid" d="M\(Self.left) \(y)H\(Self.right)"/>\
                <text x="\(Self.left - 6)" y="\(y + 4)" text-anchor="end">\(fixed(100 * tick * end, end < 0.4 ? 1 : 0))</text>
                """
        }
        let middle = (Self.top + Self.bottom) / 2
        return """
            \(ticks)<text transform="translate(13 \(middle)) rotate(-90)" text-anchor="middle">rows, %</text>

            """
    }

    /// "20–49", or "1".
    private static func name(_ range: Range<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(short(range.lowerBound))–\(short(range.upperBound - 1))"
    }

    private static func short(_ length: Int) -> String { length < 10_000 ? "\(length)" : "\((length + 1) / 1000)k" }
}
