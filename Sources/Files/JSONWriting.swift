extension JSON {
    package init(_ value: Int) { self = .number(Number(value)) }

    /// Null if the value is not finite.
    package init(_ value: Double) { self = value.isFinite ? .number(Number(value)) : .null }

    /// Null if there is no value, or if it is not finite.
    package init(_ value: Double?) { self = value.map { JSON($0) } ?? .null }

    /// How a value is formatted as text.
    package enum Layout {
        /// On one line, without spaces.
        case compact
        /// On one line, with a space after each comma and colon.
        case line
        /// One line per member and element, indented by two spaces, as transformers writes `config.json`.
        case indented
        /// Like ``indented``, but nested objects and arrays without further nesting are on one line.
        case readable
    }

    /// The value as text.
    package func serialized(_ layout: Layout = .compact) -> String {
        var text = ""
        write(to: &text, layout, depth: 0)
        return text
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private func write(to text: inout String, _ layout: Layout, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += value.literal
        case .string(let value): Self.write(value, to: &text)
        case .array(let elements):
            let layout = layout == .readable && depth > 0 && elements.allSatisfy(\.isPlain) ? .line : layout
            Self.write(elements, between: ("[", "]"), to: &text, layout, depth) { element, text in
                element.write(to: &text, layout, depth: depth + 1)
            }
        case .object(let object):
            let layout = layout == .readable && depth > 0 && object.members.allSatisfy(\.value.isPlain) ? .line : layout
            Self.write(object.members, between: ("{", "}"), to: &text, layout, depth) { member, text in
                Self.write(member.key, to: &text)
                text += layout == .compact ? ":" : ": "
                member.value.write(to: &text, layout, depth: depth + 1)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], between brackets: (String, String), to text: inout String, _ layout: Layout, _ depth: Int,
        _ body: (Item, inout String) -> Void
    ) {
        let isBroken = layout == .indented || layout == .readable
        func breakLine(_ depth: Int) { text += "\n" + String(repeating: "  ", count: depth) }
        text += brackets.0
        for (index, item) in items.enumerated() {
            if index > 0 { text += layout == .line ? ", " : "," }
            if isBroken { breakLine(depth + 1) }
            body(item, &text)
        }
        if isBroken, !items.isEmpty { breakLine(depth) }
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
