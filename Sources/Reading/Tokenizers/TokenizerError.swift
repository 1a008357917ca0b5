import TenorFiles

/// What can be wrong with a tokenizer's files or with a request to train a vocabulary. Messages have the form *file: what was found, what
/// is needed*.
package enum TokenizerError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String, why: String)
    case noTokenizer(folder: String)
    case unsupportedClass(file: String, name: String)
    case conflict(file: String, what: String)
    case notUTF8(file: String, line: Int)
    case notJSON(file: String)
    case badField(file: String, name: String, needs: String)
    case missingToken(file: String, token: String)
    case badSentencePieceModel(file: String, why: String)
    case badMerges(file: String, line: Int)
    case badRecipe(why: String)
    case trainingFailed(why: String)
    case unwritable(why: String)

    package var description: String {
        switch self {
        case .unreadable(let file, let why): "\(file): cannot be read: \(why)"
        case .noTokenizer(let folder):
            "\(folder): holds no tokenizer; needed is one of \(TokenizerFiles.vocabularies.joined(separator: ", "))"
        case .unsupportedClass(let file, let name):
            "\(file): the tokenizer class is '\(name)'; supported are \(TokenizerFamily.supported.joined(separator: ", "))"
        case .conflict(let file, let what): "\(file): \(what)"
        case .notUTF8(let file, let line): "\(file): line \(line) is not valid UTF-8"
        case .notJSON(let file): "\(file): is not a JSON object"
        case .badField(let file, let name, let needs): "\(file): '\(name)' needs to be \(needs)"
        case .missingToken(let file, let token): "\(file): has no '\(token)', which this tokenizer needs"
        case .badSentencePieceModel(let file, let why):
            "\(file): is not a SentencePiece model that can be used\(why.isEmpty ? "" : " (\(why))")"
        case .badMerges(let file, let line): "\(file): line \(line) needs to be two tokens with a space between them"
        case .badRecipe(let why): "vocabulary: \(why)"
        case .unwritable(let why): "tokenizer.json: cannot be made: \(why)"
        case .trainingFailed(let why): "vocabulary: libsentencepiece could not train it\(why.isEmpty ? "" : " (\(why))")"
        }
    }
}
