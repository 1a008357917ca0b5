import TenorFiles

/// Something in a set of labels that is usable but probably unintended.
package enum LabelWarning: Sendable, Equatable {
    /// Labels with leading or trailing white space.
    case inSpace([String])
    /// Groups of labels that differ only in these ways, flattened.
    case alike([String], [LabelDifference])
    /// Groups of labels that are the same number, such as 1 and 1.0, flattened.
    case sameNumber([String])
    /// Labels that stand for a missing value in tables; `rows` is the number of rows that have one, nil if there are no rows.
    case missingValues([String], rows: Int?)
    /// Many labels that have fewer than three rows each.
    case rare(labels: Int)
}

extension LabelWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inSpace(let labels): return "white space around labels: \(quoted(labels))"
        case .alike(let labels, let differences):
            let names = differences.map(\.name)
            let ways = names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + names.last!
            return "labels that differ only in \(ways): \(listed(labels) { LabelDifference.shown($0, among: differences) })"
        case .sameNumber(let labels): return "labels that are the same number: \(quoted(labels))"
        case .missingValues(let labels, let rows):
            let places = rows.map { $0 == 1 ? ", in 1 row" : ", in \($0) rows" } ?? ""
            return "labels that may stand for a missing value: \(quoted(labels))\(places)"
        case .rare(let labels): return "\(labels) labels have fewer than three rows each; are the text and the label column swapped?"
        }
    }
}
