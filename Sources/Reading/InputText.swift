/// What a row has for a model to read: a text or, in tasks on pairs, two.
package struct InputText: Hashable, Sendable, ExpressibleByStringLiteral {
    package var first: String
    package var second: String?

    package init(_ first: String, _ second: String? = nil) { (self.first, self.second) = (first, second) }

    package init(stringLiteral text: String) { self.init(text) }

    /// The number of bytes in UTF-8.
    package var size: Int { first.utf8.count + (second?.utf8.count ?? 0) }

    /// Whether there is nothing in it to read.
    package var isEmpty: Bool { first.isEmpty && second?.isEmpty ?? true }

    /// Whether there is nothing in it but white space.
    package var isBlank: Bool { first.allSatisfy(\.isWhitespace) && second?.allSatisfy(\.isWhitespace) ?? true }

    /// Both texts, for people.
    package var shown: String { second.map { first + Self.separator + $0 } ?? first }

    static let separator = " | "

    /// The place of the second text's first byte in ``shown``.
    package var secondStart: Int { first.utf8.count + Self.separator.utf8.count }

    /// Both texts, for whatever looks at characters alone. The separator, which is rare in texts, keeps ("a b", "c") apart from
    /// ("a", "b c").
    package var joined: String { second.map { "\(first)\u{1F}\($0)" } ?? first }
}
