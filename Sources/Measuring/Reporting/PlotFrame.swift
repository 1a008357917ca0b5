/// The axes of a plot, and where its values lie in the drawing. Colors come from the style sheet.
struct PlotFrame {
    let title: String
    /// What the plot shows, for those who cannot see it.
    let description: String
    let xTitle: String
    let yTitle: String
    /// The end of each axis; both begin at 0.
    var xEnd = 1.0
    var yEnd = 1.0

    private static let (width, height) = (360.0, 310.0)
    private static let (left, right, top, bottom) = (48.0, 348.0, 10.0, 262.0)

    func x(_ value: Double) -> Double { Self.left + (Self.right - Self.left) * value / xEnd }

    func y(_ value: Double) -> Double { Self.bottom - (Self.bottom - Self.top) * value / yEnd }

    func svg(_ content: HTML) -> HTML {
        """
        <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(title + ": " + description)">
        \(axes)\(content)</svg>

        """
    }

    private var axes: HTML {
        let ticks = (0...5).map { Double($0) / 5 }
        let lines = ticks.map { tick -> HTML in
            let (x, y) = (x(tick * xEnd), y(tick * yEnd))
            return """
                <path class="grid" d="M\(x) \(Self.top)V\(Self.bottom)M\(Self.left) \(y)H\(Self.right)"/>\
                <text x="\(x)" y="\(Self.bottom + 16)" text-anchor="middle">\(label(tick * xEnd))</text>\
                <text x="\(Self.left - 6)" y="\(y + 4)" text-anchor="end">\(label(tick * yEnd))</text>
                """
        }
        let middle = (Self.top + Self.bottom) / 2
        return """
            \(lines)<text x="\((Self.left + Self.right) / 2)" y="\(Self.height - 10)" text-anchor="middle">\(xTitle)</text>\
            <text transform="translate(13 \(middle)) rotate(-90)" text-anchor="middle">\(yTitle)</text>

            """
    }

    private func label(_ value: Double) -> String { fixed(100 * value, xEnd < 0.1 || yEnd < 0.1 ? 1 : 0) }

    /// A line through points.
    func line(_ points: [Curve.Point], style: Int) -> HTML {
        var path = ""
        for (index, point) in points.enumerated() { path += "\(index == 0 ? "M" : "L")\(fixed(x(point.x), 1)) \(fixed(y(point.y), 1))" }
        return "<path class=\"line c\(style)\" d=\"\(path)\"/>\n"
    }

    /// From the lower left to the upper right corner.
    var diagonal: HTML { "<path class=\"diagonal\" d=\"M\(x(0)) \(y(0))L\(x(xEnd)) \(y(yEnd))\"/>\n" }
}
