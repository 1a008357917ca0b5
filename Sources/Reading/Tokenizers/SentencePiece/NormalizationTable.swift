/// The normalisation rules compiled into a SentencePiece model, for validation and for tracing what they did to a text.
///
/// The table consists of the byte length of a double-array trie, the trie in 32-bit units, and the replacements, each NUL-terminated.
/// (google/sentencepiece, normalizer.cc; s-yata/darts-clone for the units.)
struct NormalizationTable: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// No rules at all.
    init() { (units, replacements) = ([], []) }

    /// Nil if the bytes are not a table, or if a path through them would go out of bounds.
    init?(_ table: ArraySlice<UInt8>) {
        let bytes = Array(table)
        func word(_ at: Int) -> UInt32 {
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        }
        guard bytes.count > 4 else { return nil }
        let trieBytes = Int(word(0))
        guard trieBytes >= 1024, trieBytes % 1024 == 0, trieBytes < bytes.count - 4, bytes.last == 0 else { return nil }
        units = (0..<trieBytes / 4).map { word(4 + $0 * 4) }
        replacements = Array(bytes[(4 + trieBytes)...])
        guard isSound else { return nil }
    }

    /// Passes the table to `use`; it is valid only during the call.
    func withRules<Result>(_ use: (Rules) -> Result) -> Result {
        units.withUnsafeBufferPointer { units in
            replacements.withUnsafeBufferPointer { use(Rules(units: units, replacements: $0)) }
        }
    }

    struct Rules {
        fileprivate let units: UnsafeBufferPointer<UInt32>
        fileprivate let replacements: UnsafeBufferPointer<UInt8>

        /// The length of the longest rule that matches the beginning of `text`, and its replacement.
        @inline(__always)
        func longest(_ text: UnsafeBufferPointer<UInt8>) -> (length: Int, replacement: UnsafeBufferPointer<UInt8>)? {
            var (length, value) = (0, 0)
            forEachRule(text) {
                (length, value) = ($0, $1)
                return true
            }
            return length == 0 ? nil : (length, replacement(value))
        }

        /// The replacement of the shortest rule that matches the beginning of `text`.
        func shortest(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
            var found: Int?
            forEachRule(text) { _, value in
                found = value
                return false
            }
            return found.map(replacement)
        }

        /// Calls `receive` with the length of each rule that matches the beginning of `text`, the shortest first, and the place of its
        /// replacement, until it returns false.
        @inline(__always)
        private func forEachRule(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Int, Int) -> Bool) {
            if units.isEmpty { return }
            var place = children(units[0])
            for at in 0..<text.count {
                place ^= Int(text[at])
                let unit = units[place]
                guard unit & 0x8000_00FF == UInt32(text[at]) else { break }
                place ^= children(unit)
                if unit & 1 << 8 != 0, !receive(at + 1, Int(units[place] & 0x7FFF_FFFF)) { break }
            }
        }

        private func replacement(_ start: Int) -> UnsafeBufferPointer<UInt8> {
            var end = start
            while replacements[end] != 0 { end += 1 }
            return UnsafeBufferPointer(rebasing: replacements[start..<end])
        }
    }

    private var isSound: Bool {
        let none: Int32 = -1
        // A child's index is its parent's base XOR its label, so the label identifies the only base that it can belong to.
        var firstChild = [Int32](repeating: none, count: units.count)
        var nextChild = firstChild
        for (index, unit) in units.enumerated() {
            if unit >> 31 == 1 {
                guard Int(unit & 0x7FFF_FFFF) < replacements.count else { return false }
            } else {
                // The block of 256 units that holds the children must exist.
                guard index ^ children(unit) < units.count else { return false }
                let label = Int(unit & 0xFF)
                guard label > 0 else { continue }
                nextChild[index] = firstChild[index ^ label]
                firstChild[index ^ label] = Int32(index)
            }
        }
        // No path may contain a cycle, or nest more rules than the library has room for.
        let unknown: Int8 = -1
        let underWay: Int8 = -2
        var depths = [Int8](repeating: unknown, count: units.count)
        var stack = [(node: 0, child: firstChild[children(units[0])], deepest: Int8(0))]
        while let top = stack.popLast() {
            let node = top.node
            var (next, deepest) = (top.child, top.deepest)
            var descended = false
            while next != none {
                let child = Int(next)
                if child != node {
                    if depths[child] == underWay { return false }
                    if depths[child] == unknown {
                        stack.append((node, next, deepest))
                        stack.append((child, firstChild[child ^ children(units[child])], 0))
                        depths[child] = underWay
                        descended = true
                        break
                    }
                    deepest = max(deepest, depths[child])
                }
                next = nextChild[child]
            }
            if descended { continue }
            let hasValue = units[node] & 1 << 8 != 0
            if hasValue, units[node ^ children(units[node])] >> 31 == 0 { return false }
            depths[node] = deepest + (hasValue ? 1 : 0)
            if depths[node] > 32 { return false }
        }
        return true
    }
}

/// XORed with a unit's index, gives the base of its node's children.
@inline(__always)
private func children(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 1 << 9) >> 6)) }
