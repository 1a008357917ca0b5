extension Configuration {
    /// The score terms that combine content and position: `pos_att_type`, a list of names or a string with the names separated by `|`.
    var positionTerms: Set<String> {
        get throws {
            let found = json["pos_att_type"] ?? .null
            let names = found.array?.compactMap(\.string) ?? found.string?.split(separator: "|").map { String($0) } ?? []
            let terms = Set(names)
            guard !terms.isEmpty, terms.isSubset(of: ["c2p", "p2c"]) else {
                throw ConfigurationError.wrongKind(
                    file: file, key: "pos_att_type", found: found.serialized(), needed: "c2p, p2c or both")
            }
            return terms
        }
    }
}
