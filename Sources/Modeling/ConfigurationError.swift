/// An error in a config.json.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    case missing(file: String, key: String, needed: String)
    case wrongKind(file: String, key: String?, found: String, needed: String)
    case unknownFamily(file: String, modelType: String, known: [String])
    case repeatedLabel(file: String, label: String, first: Int, second: Int)

    package var description: String {
        switch self {
        case .missing(let file, let key, let needed): "\(file): '\(key)' is missing, it must be \(needed)"
        case .wrongKind(let file, nil, let found, let needed): "\(file): holds \(found), it must hold \(needed)"
        case .wrongKind(let file, let key?, let found, let needed): "\(file): '\(key)' is \(found), it must be \(needed)"
        case .repeatedLabel(let file, let label, let first, let second):
            "\(file): 'id2label' has '\(label)' for \(first) and for \(second), each label needs a name of its own"
        case .unknownFamily(let file, let modelType, let known):
            "\(file): 'model_type' is '\(modelType)', which is no encoder family known here; known are \(known.joined(separator: ", "))"
        }
    }
}
