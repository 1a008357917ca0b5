/// How much of a pre-trained model is trained with the head.
package enum Unfreezing: Hashable, Sendable, CustomStringConvertible {
    /// The head: everything above the last block.
    case none
    /// The head and the last blocks.
    case top(Int)
    /// Everything, embeddings too.
    case all
    /// The head in the first epoch, then more blocks from epoch to epoch, all in the last (Howard and Ruder 2018, section 3.3).
    case gradual

    /// `none`, `top:K`, `all` or `gradual`.
    package init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "all": self = .all
        case "gradual": self = .gradual
        default:
            guard text.hasPrefix("top:"), let count = Int(text.dropFirst(4)), count > 0 else { return nil }
            self = .top(count)
        }
    }

    package var description: String {
        switch self {
        case .none: "none"
        case .top(let count): "top:\(count)"
        case .all: "all"
        case .gradual: "gradual"
        }
    }

    /// Whether in some epoch the frozen part ends between two blocks, so that blocks that share weights have to part.
    package func partsBlocks(epochs: Int, blocks: Int) -> Bool {
        switch self {
        case .none, .all: false
        case .top, .gradual: (0..<epochs).contains { (1..<blocks).contains(boundary(epoch: $0, of: epochs, blocks: blocks).depth) }
        }
    }

    /// Where the frozen part ends in an epoch.
    package func boundary(epoch: Int, of epochs: Int, blocks: Int) -> FrozenBoundary {
        switch self {
        case .none: return .after(blocks: blocks)
        case .top(let count): return .after(blocks: max(blocks - count, 0))
        case .all: return .belowEverything
        case .gradual:
            if epoch + 1 >= epochs { return .belowEverything }
            return .after(blocks: blocks - blocks * epoch / max(epochs - 1, 1))
        }
    }
}
