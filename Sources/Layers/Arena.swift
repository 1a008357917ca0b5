/// Memory for one micro-batch's activations: a bump allocator that is released all at once.
///
/// In steady state a pass allocates nothing, because the block that was large enough for the largest pass so far is reused. Each arena
/// belongs to one micro-batch and is used by one thread at a time.
package final class Arena: @unchecked Sendable {
    private var blocks: [UnsafeMutableBufferPointer<Float>] = []
    private var block = 0
    private var used = 0
    /// Floats in use across all blocks, and the maximum so far.
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

    /// `count` × `width` floats, uninitialized, valid until the arena is released to an earlier mark.
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

    /// Releases everything. If there is more than one block, a single larger one replaces them: passes of different sizes would leave gaps
    /// at the ends of the blocks and need more and more of them.
    package func reset() {
        release(to: Mark(block: 0, used: 0, taken: 0))
        if blocks.count > 1 {
            free()
            append(max(most, Self.smallestBlock))
        }
    }
}
