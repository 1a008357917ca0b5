/// Why a folder is not read as a corpus.
package enum FolderFault: Sendable, Equatable {
    case model
    /// What `save_to_disk` of Hugging Face's `datasets` writes; `isParted` if it has splits.
    case savedDataset(isParted: Bool)
    /// Nothing in it is read.
    case nothing
    case noSplit(Split, found: [Split])
}

extension FolderFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .model: "is a model folder, rows are needed"
        case .savedDataset(let isParted):
            "holds Arrow files, text is needed: python3 -c \"import datasets; datasets.load_from_disk('FOLDER')\(isParted ? "['train']" : "")"
                + ".to_json('rows.jsonl')\""
        case .nothing: "is a directory, needs to be a file, or hold tables, JSON files, or a folder of .txt files for each label"
        case .noSplit(let split, let found):
            "has no \(split.rawValue) split, only \(found.map(\.rawValue).joined(separator: " and ")); one of its files may be named instead"
        }
    }
}
