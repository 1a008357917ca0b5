import TenorFiles

/// The special and added tokens of a vocabulary with their ids.
///
/// transformers looks up a token among the added ones before the vocabulary, and appends special tokens that the vocabulary lacks, in the
/// order of their roles (`tokenization_utils.py`, `_add_tokens`).
struct TokenTable: Sendable {
    /// The ids of added tokens, special ones included.
    private(set) var ids: [ByteString: Int32] = [:]
    /// One more than the highest id.
    private(set) var size: Int
    private var names: [Int32: String] = [:]
    private let roles: [SpecialRole: String]
    /// The ids of special tokens, except the unknown token.
    let specialIDs: Set<Int32>

    /// - Parameters:
    ///   - fixed: ids that the family itself defines.
    ///   - baseSize: the number of tokens in the base vocabulary.
    ///   - greatest: the highest id in it.
    ///   - lookUp: returns a token's id in it.
    init(_ files: TokenizerFiles, fixed: [(String, Int32)] = [], baseSize: Int, greatest: Int32, lookUp: (String) -> Int32?) {
        roles = files.specials
        var added = Dictionary(files.added.map { ($0.id, $0.content) }) { $1 }
        for (token, id) in fixed { added[id] = token }
        for (id, token) in added {
            names[id] = token
            ids[ByteString(token)] = id
        }
        var next = Int32(baseSize + ids.keys.filter { lookUp($0.string) == nil }.count)
        for token in files.allSpecials where ids[ByteString(token)] == nil {
            let id: Int32
            if let known = lookUp(token) {
                id = known
            } else {
                id = next
                next += 1
            }
            ids[ByteString(token)] = id
            names[id] = token
        }
        let (specials, known) = (files.specialSpellings, ids)
        let unknown = files.specials[.unknown].flatMap { known[ByteString($0)] }
        specialIDs = Set(known.filter { specials.contains($0.key) && $0.value != unknown }.values)
        size = max(Int(greatest) + 1, Int(names.keys.max() ?? 0) + 1)
    }

    func id(_ role: SpecialRole, file: String) throws(TokenizerError) -> Int32 {
        guard let token = roles[role], let id = ids[ByteString(token)] else { throw .missingToken(file: file, token: role.rawValue) }
        return id
    }

    func name(_ id: Int32) -> String? { names[id] }
}
