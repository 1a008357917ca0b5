/// Memory for one micro-batch's activations: taken from the front, given back all at once.
///
/// In steady state a pass allocates nothing: the block that was enough for the largest pass so far serves all later ones. One arena belongs to
/// one micro-batch and is used by one thread at a time.
package final class Arena: @unchecked Sendable {
    private var blocks: [UnsafeMutableBufferPointer<Float>] = []
    private var block = 0
    private var used = 0
    /// Floats taken in all blocks, and the most that ever were.
    private var taken = 0
    private var most = 0

    private static let smallestBlock = 1 << 19

    package init() {}

    deinit { free() }

    private func free() {
        for block in blocks { UnsafeMutableRawPointer(block.baseAddress!).deallocate() }
        blocks = []
    }

    private func append(_ capacity: Int) {
        blocks.append(UnsafeMutableBufferPointer(start: Rows.allocate(capacity), count: capacity))
    }

    /// `count` × `width` floats, not cleared, valid until the arena is released to an earlier mark.
    package func rows(_ count: Int, _ width: Int) -> Rows {
        let size = (count * width + 15) / 16 * 16
        while block < blocks.count, used + size > blocks[block].count {
            block += 1
            used = 0
        }
        if block == blocks.count { append(max(size, Self.smallestBlock)) }
        defer {
            used += size
            taken += size
            most = max(most, taken)
        }
        return Rows(blocks[block].baseAddress! + used, count: count, width: width)
    }

    package struct Mark: Sendable {
        fileprivate let block: Int
        fileprivate let used: Int
        fileprivate let taken: Int
    }

    package var mark: Mark { Mark(block: block, used: used, taken: taken) }

    package func release(to mark: Mark) {
        block = mark.block
        used = mark.used
        taken = mark.taken
    }

    /// Gives everything back. Where it took more than one block there is one from now on: passes of different sizes would leave gaps at the ends
    /// of several, and take ever more of them.
    package func reset() {
        release(to: Mark(block: 0, used: 0, taken: 0))
        if blocks.count > 1 {
            free()
            append(max(most, Self.smallestBlock))
        }
    }
}
