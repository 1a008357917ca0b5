import TenorClassifying
import TenorThreads

/// The models that a server has, by name. A model may be replaced while it is in use: requests under way keep the one that they began with.
final class ModelShelf: Sendable {
    /// Opens a folder.
    typealias Loader = @Sendable (_ folder: String) throws -> TextClassifier

    private let folders: [(name: String, folder: String)]
    private let load: Loader
    private let models: Lock<[ServedModel]>

    /// - Parameter folders: names, which must differ, and the folders that they stand for.
    init(_ folders: [(name: String, folder: String)], _ load: @escaping Loader) throws {
        precondition(!folders.isEmpty && Set(folders.map(\.name)).count == folders.count)
        self.folders = folders
        self.load = load
        models = Lock(
            try folders.enumerated().map { ServedModel(name: $1.name, index: $0, classifier: try load($1.folder)) })
    }

    var names: [String] { folders.map(\.name) }

    /// The model that a request means that names none.
    var first: ServedModel { models.withLock { $0[0] } }

    /// The model of a name, or nil.
    subscript(name: String) -> ServedModel? { models.withLock { $0.first { $0.name == name } } }

    /// Opens all folders again. A model whose folder cannot be opened stays as it is.
    func reload(_ report: (ServerEvent) -> Void) {
        for (index, (name, folder)) in folders.enumerated() {
            do {
                let model = ServedModel(name: name, index: index, classifier: try load(folder))
                models.withLock { $0[index] = model }
                report(.loaded(model: name))
            } catch {
                report(.notLoaded(model: name, reason: "\(error)"))
            }
        }
    }
}
