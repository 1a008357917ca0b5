import Foundation

/// Spellings that lower-casing leaves unchanged, as a trie over their scalars. If several match at one position, the first in the list
/// wins, not the longest.
final class KeptSpellings: Sendable {
    private struct Step: Hashable {
        let node: Int
        let scalar: Unicode.Scalar
    }
    private let children: [Step: Int]
    /// For each node, the spelling that ends there: its index in the list and its length.
    private let ends: [(order: Int, length: Int)?]
    /// Pairs of adjacent scalars in a spelling.
    private let pairs: Set<[Unicode.Scalar]>
    /// A bit set of the spellings' first scalars modulo 64, which avoids most lookups.
    private let firsts: UInt64
    let holdsSpace: Bool

    /// Nil if there are no spellings.
    init?(_ spellings: [String]) {
        if spellings.allSatisfy(\.isEmpty) { return nil }
        holdsSpace = spellings.contains { $0.unicodeScalars.contains(where: \.isPythonSpace) }
        var children: [Step: Int] = [:]
        var ends: [(order: Int, length: Int)?] = [nil]
        var pairs: Set<[Unicode.Scalar]> = []
        var firsts: UInt64 = 0
        for (order, spelling) in spellings.enumerated() where !spelling.isEmpty {
            var (node, length) = (0, 0)
            var last: Unicode.Scalar?
            for scalar in spelling.unicodeScalars {
                if let last { pairs.insert([last, scalar]) } else { firsts |= 1 << UInt64(scalar.value % 64) }
                last = scalar
                let step = Step(node: node, scalar: scalar)
                node = children[step] ?? ends.count
                children[step] = node
                if node == ends.count { ends.append(nil) }
                length += 1
            }
            if ends[node] == nil { ends[node] = (order, length) }
        }
        (self.children, self.ends, self.pairs, self.firsts) = (children, ends, pairs, firsts)
    }

    func length(in elements: [TracedText.Element], at start: Int) -> Int? {
        guard firsts >> UInt64(elements[start].scalar.value % 64) & 1 != 0 else { return nil }
        var (node, at) = (0, start)
        var found: (order: Int, length: Int)?
        while at < elements.count, let next = children[Step(node: node, scalar: elements[at].scalar)] {
            node = next
            at += 1
            if let end = ends[node], end.order < found?.order ?? .max { found = end }
        }
        return found?.length
    }

    /// Whether no spelling spans the boundary between the two scalars.
    func mayCut(_ before: Unicode.Scalar, _ after: Unicode.Scalar) -> Bool { !pairs.contains([before, after]) }
}
