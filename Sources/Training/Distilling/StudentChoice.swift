/// What a student starts from.
package enum StudentChoice: Sendable, Equatable, CustomStringConvertible {
    /// The model in a folder.
    case folder(String)
    /// Some of the layers of the first teacher, evenly spaced, with its embeddings and its head.
    case layers(Int)

    /// `layers:K`, or else a folder's path.
    package init?(_ text: String) {
        guard text.hasPrefix("layers:") else {
            guard !text.isEmpty else { return nil }
            self = .folder(text)
            return
        }
        guard let count = Int(text.dropFirst(7)), count > 0 else { return nil }
        self = .layers(count)
    }

    package var description: String {
        switch self {
        case .folder(let path): path
        case .layers(let count): "layers:\(count)"
        }
    }
}
