import TenorFiles

/// Whether a set of labels is what its author meant: the same check for a corpus and for a model folder.
package struct LabelSetCheck: Sendable {
    private let labels: [String]
    /// The number of rows with each label; nil for a model folder.
    private let counts: [Int]?

    /// - Parameter counts: the number of rows with each label; nil if there are no rows, as for a model folder.
    package init(_ labels: [String], counts: [Int]? = nil) {
        precondition(counts.map { $0.count == labels.count } ?? true)
        (self.labels, self.counts) = (labels, counts)
    }

    /// What is usable but probably unintended. Takes time linear in the number of labels.
    package var warnings: [LabelWarning] {
        var warnings: [LabelWarning] = []
        let spaced = labels.filter { $0.first?.isWhitespace == true || $0.last?.isWhitespace == true }
        if !spaced.isEmpty { warnings.append(.inSpace(spaced)) }
        warnings += alike
        let twins = groups { Self.number($0) }.flatMap { $0 }
        if !twins.isEmpty { warnings.append(.sameNumber(twins)) }
        let missing = labels.indices.filter { Self.isMissingValue(labels[$0]) }
        if !missing.isEmpty {
            let rows = counts.map { counts in missing.reduce(0) { $0 + counts[$1] } }
            warnings.append(.missingValues(missing.map { labels[$0] }, rows: rows))
        }
        if let counts {
            let rare = counts.count { $0 < 3 }
            if rare > Self.mostRare, 2 * rare > labels.count { warnings.append(.rare(labels: rare)) }
        }
        return warnings
    }

    /// Why the labels look like amounts, ids or running text instead of names that rows share; nil if they do not, or if there are no rows.
    package var fault: LabelSetFault? {
        guard let counts else { return nil }
        let rows = counts.reduce(0, +)
        let single = labels.indices.filter { counts[$0] == 1 }
        if single.count >= Self.fewestOdd, 2 * single.count > rows {
            return .ownRows(single.count, of: rows, examples: single.prefix(2).map { labels[$0] })
        }
        let characters = zip(labels, counts).reduce(0) { $0 + $1.0.count * $1.1 }
        if labels.count >= Self.fewestOdd, 10 * labels.count > rows, characters > Self.longestUsual * rows {
            return .longTexts(average: characters / rows, example: labels[0])
        }
        return nil
    }

    /// Fewer labels than this are not suspected: a table of ten rows may well have a label for each.
    private static let fewestOdd = 10
    /// Names of labels that rows share are rarely longer, in characters.
    private static let longestUsual = 50
    /// More labels with one or two rows each are worth a question.
    private static let mostRare = 1000

    /// One warning for each set of differences.
    private var alike: [LabelWarning] {
        var found: [(labels: [String], differences: [LabelDifference])] = []
        for group in groups({ LabelDifference.folded($0) }) {
            let differences = LabelDifference.differences(among: group)
            if let place = found.firstIndex(where: { $0.differences == differences }) {
                found[place].labels += group
            } else {
                found.append((group, differences))
            }
        }
        return found.map { .alike($0.labels, $0.differences) }
    }

    /// The groups of at least two labels that have the same key, in the order of their first labels.
    private func groups(_ key: (String) -> String?) -> [[String]] {
        var places: [ByteString: Int] = [:]
        var groups: [[String]] = []
        for label in labels {
            guard let key = key(label).map({ ByteString($0) }) else { continue }
            if let place = places[key] {
                groups[place].append(label)
            } else {
                places[key] = groups.count
                groups.append([label])
            }
        }
        return groups.filter { $0.count > 1 }
    }

    /// A decimal number in one form: without a plus, zeros in front, and zeros at the end of the fraction. Nil if it is none.
    private static func number(_ label: String) -> String? {
        var digits = label[...]
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDecimal = parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isDecimal, parts.contains(where: { !$0.isEmpty }) else { return nil }
        let whole = parts[0].drop { $0 == "0" }
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        let isZero = whole.isEmpty && fraction.isEmpty
        return "\(isNegative && !isZero ? "-" : "")\(whole).\(fraction)"
    }

    /// Whether tables often have this in place of a value. Letter case and white space around it do not matter.
    private static func isMissingValue(_ label: String) -> Bool {
        let known: Set<String> = ["", "nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil"]
        return known.contains(LabelDifference.folded(label))
    }
}
