import Glibc
import TenorFiles

/// A learning curve as a picture in SVG: rows per label on a logarithmic axis, a line for each method with the standard deviation of its
/// draws, and the accuracy that twice the labels would bring. Lines differ in color and in the shape of their points; the colors follow
/// the viewer's light or dark scheme, and people who are color-blind can tell them apart (Okabe and Ito 2008).
package struct CurveChart: Sendable {
    private let curve: LearningCurve
    private let name: String
    private let doubling: Doubling?
    /// Accuracies at the ends of the vertical axis, and the step between its marks.
    private let low: Double
    private let high: Double
    private let step: Double

    private static let (width, height) = (800.0, 440.0)
    private static let (left, right, top, bottom) = (60.0, 560.0, 84.0, 376.0)

    /// - Parameter name: what the rows are called, such as the corpus's file.
    package init(_ curve: LearningCurve, name: String) {
        (self.curve, self.name) = (curve, name)
        doubling = Doubling(curve).flatMap { $0.gain >= Doubling.leastGain ? $0 : nil }
        var values = [curve.baseline, doubling?.accuracy ?? 0].filter { $0 > 0 }
        for method in LearningCurve.Method.allCases {
            for size in curve.sizes {
                let (mean, spread) = (curve.mean(method, size: size), curve.deviation(method, size: size) ?? 0)
                values += [mean - spread, mean + spread]
            }
        }
        let (least, most) = (max(values.min()!, 0), min(values.max()!, 1))
        step = most - least > 0.25 ? 0.1 : 0.05
        low = max((least / step).rounded(.down), 0) * step
        high = max((most / step).rounded(.up) * step, low + step)
    }

    /// The whole file.
    package var svg: String {
        let draws = curve.draws > 1 ? "mean ± standard deviation of \(curve.draws) draws" : "one draw"
        let title = "Accuracy by rows per label"
        let (width, height) = (number(Self.width), number(Self.height))
        let lines =
            [
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
                    + "font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\" role=\"img\">",
                "<title>\(title)</title>", "<desc>\(curve.sentences.map(escaped).joined(separator: " "))</desc>", Self.style,
                "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
                text(title, x: 20, y: 32, "ink", more: "font-size=\"18\" font-weight=\"600\""),
                text("\(oneLine(name)) · \(draws) · \(counted(curve.testRows, "test row"))", x: 20, y: 54, "soft"),
            ] + axes + [baseline] + extrapolation + LearningCurve.Method.allCases.flatMap(series) + names + ["</svg>", ""]
        return lines.joined(separator: "\n")
    }

    private static let style = """
        <style>
        .paper { fill: #ffffff } .ink { fill: #1f2328 } .soft { fill: #59636e } .rule { stroke: #d8dee4 } .level { stroke: #59636e }
        .halo { stroke: #ffffff; stroke-width: 5; paint-order: stroke }
        .pretrained { fill: #0072b2; stroke: #0072b2 }
        .random { fill: #d55e00; stroke: #d55e00 }
        .terms { fill: #6e7781; stroke: #6e7781 }
        @media (prefers-color-scheme: dark) {
        .paper { fill: #0d1117 } .ink { fill: #e6edf3 } .soft { fill: #9198a1 } .rule { stroke: #30363d } .level { stroke: #9198a1 }
        .halo { stroke: #0d1117 }
        .pretrained { fill: #56b4e9; stroke: #56b4e9 }
        .random { fill: #e69f00; stroke: #e69f00 }
        .terms { fill: #b1bac4; stroke: #b1bac4 }
        }
        .line { fill: none }
        </style>
        """

    // MARK: Parts

    private var axes: [String] {
        let marks = Int(((high - low) / step).rounded())
        let levels = (0...marks).flatMap { mark -> [String] in
            let value = low + Double(mark) * step
            return [
                line(Self.left, y(value), Self.right, y(value), "rule"),
                text("\(fixed(100 * value, 0)) %", x: Self.left - 10, y: y(value) + 4, "soft", more: "text-anchor=\"end\""),
            ]
        }
        let sizes = (curve.sizes + [doubling?.size].compactMap { $0 }).map {
            text("\($0)", x: x($0), y: Self.bottom + 22, "soft", more: "text-anchor=\"middle\"")
        }
        let middle = (Self.left + Self.right) / 2
        return levels + sizes + [text("rows per label", x: middle, y: Self.bottom + 46, "ink", more: "text-anchor=\"middle\"")]
    }

    private var baseline: String {
        line(Self.left, y(curve.baseline), Self.right, y(curve.baseline), "level", more: "stroke-dasharray=\"1 4\"")
    }

    /// A dashed line to an open point at twice the labels.
    private var extrapolation: [String] {
        guard let doubling, let last = curve.sizes.last else { return [] }
        let (x1, y1, x2, y2) = (x(last), y(curve.mean(.pretrained, size: last)), x(doubling.size), y(doubling.accuracy))
        return [
            line(x1, y1, x2, y2, "pretrained", more: "stroke-width=\"2\" stroke-dasharray=\"5 5\""),
            "<g class=\"pretrained\"><circle class=\"paper\" cx=\"\(number(x2))\" cy=\"\(number(y2))\" r=\"5\" stroke-width=\"2\"/></g>",
            text(
                "\(curve.percent(doubling.accuracy)) %, extrapolated", x: x2 + 5, y: y2 - 12, "soft",
                more: "text-anchor=\"end\" font-size=\"12\"", halo: true),
        ]
    }

    private func series(_ method: LearningCurve.Method) -> [String] {
        let points = curve.sizes.map { (x: x($0), y: y(curve.mean(method, size: $0))) }
        let path = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        let spreads = curve.sizes.compactMap { size -> String? in
            guard let spread = curve.deviation(method, size: size) else { return nil }
            let (mean, x) = (curve.mean(method, size: size), x(size) + shift(method))
            let (low, high) = (y(max(mean - spread, low)), y(min(mean + spread, high)))
            return line(x, low, x, high, style(method), more: "stroke-width=\"1.5\" opacity=\"0.6\"")
        }
        let width = method == .pretrained ? 2.5 : 1.75
        return spreads + ["<polyline class=\"\(style(method)) line\" stroke-width=\"\(width)\" points=\"\(path)\"/>"]
            + points.map { mark(method, $0.x, $0.y) }
    }

    /// What each line is, beside its end, moved apart where lines end close together.
    private var names: [String] {
        let last = curve.sizes.last!
        var entries = LearningCurve.Method.allCases.map { (method: Optional($0), value: curve.mean($0, size: last)) }
        entries.append((nil, curve.baseline))
        entries.sort { $0.value > $1.value }
        let gap = 21.0
        var places = entries.map { y($0.value) }
        for index in places.indices.dropFirst() { places[index] = max(places[index], places[index - 1] + gap) }
        let excess = max(0, places.last! - Self.bottom)
        for index in places.indices.reversed() {
            let limit = index == places.count - 1 ? places[index] - excess : places[index + 1] - gap
            places[index] = min(places[index], limit)
        }
        return zip(entries, places).flatMap { entry, y in
            let x = Self.right + 24
            let glyph = entry.method.map { mark($0, x, y) } ?? line(x - 8, y, x + 8, y, "level", more: "stroke-dasharray=\"1 4\"")
            let name = entry.method?.rawValue ?? "most frequent label"
            return [glyph, text("\(name)  \(curve.percent(entry.value)) %", x: x + 16, y: y + 4.5, "ink")]
        }
    }

    // MARK: Drawing

    /// A point: a circle, a square or a diamond.
    private func mark(_ method: LearningCurve.Method, _ x: Double, _ y: Double) -> String {
        let style = style(method)
        switch method {
        case .pretrained: return "<circle class=\"\(style)\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"5\"/>"
        case .random: return "<rect class=\"\(style)\" x=\"\(number(x - 4.5))\" y=\"\(number(y - 4.5))\" width=\"9\" height=\"9\"/>"
        case .terms:
            let corners = [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)].map { "\(number($0.0)),\(number($0.1))" }
            return "<polygon class=\"\(style)\" points=\"\(corners.joined(separator: " "))\"/>"
        }
    }

    private func style(_ method: LearningCurve.Method) -> String {
        switch method {
        case .pretrained: "pretrained"
        case .random: "random"
        case .terms: "terms"
        }
    }

    /// Keeps the standard deviations of methods beside each other.
    private func shift(_ method: LearningCurve.Method) -> Double {
        switch method {
        case .pretrained: 0
        case .random: -3
        case .terms: 3
        }
    }

    private func x(_ size: Int) -> Double {
        let (first, last) = (Double(curve.sizes[0]), Double(doubling?.size ?? curve.sizes.last!))
        guard last > first else { return (Self.left + Self.right) / 2 }
        return Self.left + 16 + (Self.right - Self.left - 32) * log(Double(size) / first) / log(last / first)
    }

    private func y(_ accuracy: Double) -> Double { Self.bottom - (Self.bottom - Self.top) * (accuracy - low) / (high - low) }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String, more: String = "") -> String {
        "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" \(more)/>"
    }

    /// - Parameter halo: whether lines behind the text keep a distance from it.
    private func text(_ text: String, x: Double, y: Double, _ style: String, more: String = "", halo: Bool = false) -> String {
        "<text class=\"\(style)\(halo ? " halo" : "")\" x=\"\(number(x))\" y=\"\(number(y))\" \(more)>\(escaped(text))</text>"
    }

    private func number(_ value: Double) -> String { fixed(value, 1) }

    private func escaped(_ text: String) -> String {
        text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$0] ?? String($0) }.joined()
    }
}
