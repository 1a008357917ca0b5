/// External input in quotes, for a message. A long value is truncated to 80 Unicode scalars and an ellipsis.
package func quoted(_ value: String) -> String {
    let scalars = value.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: 80, limitedBy: scalars.endIndex), end < scalars.endIndex else {
        return "'\(value)'"
    }
    return "'\(value[..<end])…'"
}

/// External values in quotes, for a message: the first twenty, then how many more there are.
package func quoted(_ values: [String]) -> String { listed(values) { quoted($0) } }

/// The first twenty items, then how many more there are.
package func listed(_ items: [String]) -> String { listed(items) { $0 } }

/// The first twenty items as `shown` gives them, then how many more there are.
package func listed<Item>(_ items: [Item], _ shown: (Item) -> String) -> String {
    let most = 20
    let list = items.prefix(most).map(shown).joined(separator: ", ")
    return items.count > most ? "\(list) and \(items.count - most) more" : list
}
