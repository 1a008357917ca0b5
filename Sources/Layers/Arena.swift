/// Memory for one shard's activations: taken from the front, given back all at once.
///
/// In steady state a pass allocates nothing: the blocks of the first pass serve all later ones. One arena belongs to one shard and is
/// used by one thread at a time.
package final class Arena: @unchecked Sendable {
    private var blocks: [UnsafeMutableBufferPointer<Float>] = []
    private var block = 0
    private var used = 0

    private static let smallestBlock = 1 << 19

    package init() {}

    deinit {
        for block in blocks { UnsafeMutableRawPointer(block.baseAddress!).deallocate() }
    }

    /// `count` × `width` floats, not cleared, valid until the arena is released to an earlier mark.
    package func rows(_ count: Int, _ width: Int) -> Rows {
        let size = (count * width + 15) / 16 * 16
        while block < blocks.count, used + size > blocks[block].count {
            block += 1
            used = 0
        }
        if block == blocks.count {
            let capacity = max(size, Self.smallestBlock)
            blocks.append(UnsafeMutableBufferPointer(start: Rows.allocate(capacity), count: capacity))
        }
        defer { used += size }
        return Rows(blocks[block].baseAddress! + used, count: count, width: width)
    }

    package struct Mark: Sendable {
        fileprivate let block: Int
        fileprivate let used: Int
    }

    package var mark: Mark { Mark(block: block, used: used) }

    package func release(to mark: Mark) {
        block = mark.block
        used = mark.used
    }

    package func reset() { release(to: Mark(block: 0, used: 0)) }
}
