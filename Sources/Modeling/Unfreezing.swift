/// Which parts of a pre-trained model are trained.
package enum Unfreezing: Hashable, Sendable, CustomStringConvertible {
    /// Only the head: everything above the last block.
    case none
    /// The head and the last blocks.
    case top(Int)
    /// Everything, including the embeddings.
    case all
    /// The head in the first epoch, then more blocks each epoch, and everything in the last (Howard and Ruder 2018, section 3.3).
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

    /// Whether the frozen boundary lies between two blocks in some epoch, so that blocks that share weights must be untied.
    package func partsBlocks(epochs: Int, blocks: Int) -> Bool {
        switch self {
        case .none, .all: false
        case .top, .gradual: (0..<epochs).contains { (1..<blocks).contains(boundary(epoch: $0, of: epochs, blocks: blocks).depth) }
        }
    }

    /// The frozen boundary in an epoch.
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
