/// The tokens of a text that are kept, up to a limit, and the total number of tokens.
package struct Pieces {
    package private(set) var ids: [Int32] = []
    package private(set) var offsets: [Range<Int>] = []
    /// The number of all tokens, kept or not.
    package private(set) var count = 0
    private let limit: Int
    private let side: TruncationSide

    init(limit: Int, side: TruncationSide) { (self.limit, self.side) = (limit, side) }

    /// Reserves memory for the tokens of a text of `count` bytes.
    mutating func reserve(forBytes count: Int) { ids.reserveCapacity(min(count / 3, limit)) }

    @inline(__always)
    package mutating func append(_ id: Int32, _ offset: Range<Int>? = nil) {
        count += 1
        if count > limit {
            if side == .right { return }
            // Twice the limit is kept before the surplus goes, so that each token moves once at most.
            if ids.count >= 2 * limit + 64 { dropSurplus() }
        }
        ids.append(id)
        if let offset { offsets.append(offset) }
    }

    /// Drops tokens from the beginning until the limit is kept.
    mutating func dropSurplus() {
        ids.removeFirst(max(0, ids.count - limit))
        offsets.removeFirst(max(0, offsets.count - limit))
    }
}
