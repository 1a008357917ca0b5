import TenorFiles

/// Finds the rows that belong together: those with equal texts, those of one group, and those that are connected through others.
package struct RowUnits: Sendable {
    /// For each row a row of the same unit, or itself; following them leads to the unit's first row.
    private var leads: [Int] = []
    private var rowOfKey: [Key: Int] = [:]

    private enum Key: Hashable {
        case text(ByteString)
        case group(ByteString)
    }

    package init() {}

    /// - Parameters:
    ///   - text: compared byte by byte.
    ///   - group: nil or empty for a row of no group.
    package mutating func add(text: String, group: String?) {
        let row = leads.count
        leads.append(row)
        connect(row, .text(ByteString(text)))
        if let group, !group.isEmpty { connect(row, .group(ByteString(group))) }
    }

    /// The unit of each row, numbered from 0 in the order of their first rows.
    package var units: [Int] {
        var numbers: [Int: Int] = [:]
        return leads.indices.map { row in
            let first = first(of: row)
            let number = numbers[first] ?? numbers.count
            numbers[first] = number
            return number
        }
    }

    /// Connects a row to the last one with the same key.
    private mutating func connect(_ row: Int, _ key: Key) {
        let other = rowOfKey.updateValue(row, forKey: key) ?? row
        let (a, b) = (first(of: other), first(of: row))
        leads[max(a, b)] = min(a, b)
        // Shorter paths for later rows.
        leads[other] = min(a, b)
        leads[row] = min(a, b)
    }

    private func first(of row: Int) -> Int {
        var row = row
        while leads[row] != row { row = leads[row] }
        return row
    }
}
