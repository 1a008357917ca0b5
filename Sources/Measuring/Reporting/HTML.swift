import TenorFiles

/// Markup, written as a string literal. What is interpolated into the literal is escaped, so a text cannot end an element or begin one:
/// only other `HTML` goes in as it is.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    private(set) var markup: String

    init(stringLiteral value: String) { markup = value }

    init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

    struct StringInterpolation: StringInterpolationProtocol {
        var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { markup += literal }

        mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }

        mutating func appendInterpolation(_ html: HTML) { markup += html.markup }

        mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { markup += part.markup } }

        mutating func appendInterpolation(_ count: Int) { markup += String(count) }

        /// A coordinate.
        mutating func appendInterpolation(_ value: Double) { markup += fixed(value, 2) }
    }

    /// For elements and attributes in double quotes. Control characters, which HTML does not allow, become U+FFFD.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case "\r": escaped += "\n"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// The text, or its beginning and an ellipsis if it has more than `limit` characters.
func cut(_ text: String, to limit: Int) -> String {
    guard let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex), end < text.endIndex else { return text }
    return text[..<end] + "…"
}

/// A share in percent, such as "88.1 %", with a space that does not break.
func percent(_ share: Double, _ digits: Int = 1) -> String { share.isFinite ? fixed(100 * share, digits) + "\u{A0}%" : "–" }

/// "86.6 to 89.6 %".
func percent(_ range: ClosedRange<Double>) -> String { "\(fixed(100 * range.lowerBound, 1)) to \(fixed(100 * range.upperBound, 1))\u{A0}%" }
