/// A part of a dataset.
package enum Split: String, Sendable, CaseIterable {
    case train
    case validation
    case test

    /// The words for it in names of files and folders, as in Hugging Face's `datasets`.
    private var words: Set<String> {
        switch self {
        case .train: ["train", "training"]
        case .validation: ["validation", "valid", "val", "dev"]
        case .test: ["test", "testing", "eval", "evaluation"]
        }
    }

    /// The split that a path below the dataset's folder names: by a word of the file's name, else of its folder's. What is neither a letter nor
    /// another word character separates words, and so do digits and underscores.
    package init?(path: String) {
        for component in path.lowercased().split(separator: "/").reversed() {
            let words = component.split { !$0.isLetter }.map(String.init)
            guard let split = words.lazy.compactMap({ word in Split.allCases.first { $0.words.contains(word) } }).first else { continue }
            self = split
            return
        }
        return nil
    }

    /// The split that a folder is named after; nil if its name has other words.
    init?(folder name: String) {
        guard let split = Split.allCases.first(where: { $0.words.contains(name.lowercased()) }) else { return nil }
        self = split
    }
}
