import Foundation
import TenorFiles

/// A way in which two labels can differ that is easily overlooked.
package enum LabelDifference: CaseIterable, Sendable {
    case letterCase
    case whiteSpace
    /// Characters without a glyph: zero-width spaces and joiners, soft hyphens, byte order marks, variation selectors.
    case invisible
    /// The same character as one code point or as several (NFC and NFD).
    case composition

    /// For messages.
    var name: String {
        switch self {
        case .letterCase: "case"
        case .whiteSpace: "white space"
        case .invisible: "invisible characters"
        case .composition: "Unicode composition"
        }
    }

    /// The label without what this difference is about.
    private func removed(from label: String) -> String {
        switch self {
        case .letterCase: label.lowercased()
        case .whiteSpace: label.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        case .invisible: String(String.UnicodeScalarView(label.unicodeScalars.filter { !Self.isInvisible($0) }))
        case .composition: label.decomposedStringWithCanonicalMapping
        }
    }

    /// In this order, because a white space at the end may be followed by an invisible character.
    private static var order: [LabelDifference] { [.invisible, .composition, .letterCase, .whiteSpace] }

    /// The label without what any of the differences is about, except the one that is left out.
    static func folded(_ label: String, leavingOut kept: LabelDifference? = nil) -> String {
        // A lower-case letter may be a composed one again.
        let folded = order.filter { $0 != kept }.reduce(label) { $1.removed(from: $0) }
        return kept == .composition ? folded : composition.removed(from: folded)
    }

    /// The differences between labels that are ``folded(_:leavingOut:)`` to the same string.
    static func differences(among labels: [String]) -> [LabelDifference] {
        let found = allCases.filter { difference in Set(labels.map { ByteString(folded($0, leavingOut: difference)) }).count > 1 }
        // Each of two differences may hide the other.
        return found.isEmpty ? allCases : found
    }

    /// Whether `scalar` is one that this difference is about and that a reader of the label cannot see.
    private func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .letterCase: false
        case .whiteSpace: scalar.properties.isWhitespace && scalar != " "
        case .invisible: Self.isInvisible(scalar)
        case .composition: scalar.value > 0x7F && !scalar.properties.isWhitespace && !Self.isInvisible(scalar)
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x034F, 0xFE00...0xFE0F: true
        default: scalar.properties.generalCategory == .format
        }
    }

    /// The label in quotes, with the code points by which it can be told from labels that look the same.
    static func shown(_ label: String, among differences: [LabelDifference]) -> String {
        let points = label.unicodeScalars.filter { scalar in differences.contains { $0.isUnseen(scalar) } }.map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        let most = 4
        return quoted(label) + (points.isEmpty ? "" : " (\(points.prefix(most).joined(separator: " "))\(points.count > most ? " …" : ""))")
    }
}
