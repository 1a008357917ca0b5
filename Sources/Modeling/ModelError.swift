/// An error in a model folder as a whole.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    case missing(file: String, names: [String])
    case extra(file: String, names: [String], modelType: String)

    package var description: String {
        switch self {
        case .missing(let file, let names):
            "\(file): \(counted(names)) missing that this model needs: \(Self.list(names))"
        case .extra(let file, let names, let modelType):
            "\(file): \(counted(names)) left over that a '\(modelType)' classifier does not have: \(Self.list(names))"
        }
    }

    private func counted(_ names: [String]) -> String { names.count == 1 ? "1 tensor is" : "\(names.count) tensors are" }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }
}
