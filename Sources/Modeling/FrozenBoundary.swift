import TenorLayers

/// The frozen boundary: everything of depth 0 ... `depth` is frozen, everything above is trained.
package struct FrozenBoundary: Hashable, Sendable {
    package let depth: Int

    /// Nothing is frozen.
    package static let belowEverything = FrozenBoundary(depth: -1)
    /// The embeddings and the first `blocks` blocks are frozen.
    package static func after(blocks: Int) -> FrozenBoundary { FrozenBoundary(depth: blocks) }

    func frozenBlocks(of encoder: any Encoder) -> Range<Int> { 0..<max(depth, 0) }
    func trainableBlocks(of encoder: any Encoder) -> Range<Int> { max(depth, 0)..<encoder.blockCount }
    /// Nil if the embeddings are trained too.
    var lowestTrainedBlock: Int? { depth >= 0 ? depth : nil }
}

extension Trainable {
    /// Everything above the boundary.
    package init(_ table: ParameterTable, above boundary: FrozenBoundary) { self.init(table) { $0.depth > boundary.depth } }
}
