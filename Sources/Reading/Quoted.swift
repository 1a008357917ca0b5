/// External input in quotes, for a message. A long value is truncated to 80 Unicode scalars and an ellipsis.
package func quoted(_ value: String) -> String {
    let scalars = value.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: 80, limitedBy: scalars.endIndex), end < scalars.endIndex else {
        return "'\(value)'"
    }
    return "'\(value[..<end])…'"
}

/// External values in quotes, for a message: the first twenty, then how many more there are.
package func quoted(_ values: [String]) -> String { listed(values.prefix(20).map { quoted($0) }, of: values.count) }

/// The first twenty items, then how many more there are.
package func listed(_ items: [String]) -> String { listed(Array(items.prefix(20)), of: items.count) }

private func listed(_ shown: [String], of count: Int) -> String {
    let list = shown.joined(separator: ", ")
    return count > shown.count ? "\(list) and \(count - shown.count) more" : list
}
