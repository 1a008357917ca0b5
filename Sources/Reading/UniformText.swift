import Foundation

/// The text without what often changes when a text is copied: in lower case, in Unicode's composed form, and with single spaces between
/// its words.
package func uniformText(_ text: String) -> String {
    text.lowercased().precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
