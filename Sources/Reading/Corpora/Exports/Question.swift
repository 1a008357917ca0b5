/// The question of an annotation tool whose answers are the labels.
struct Question: Sendable {
    /// What the label column says; nil if none is named.
    let named: String?
    private var found: String?

    init(named: String?) { self.named = named }

    /// The question among those that a record answers; nil if it is not one of them. If none is named, the first record with answers decides:
    /// its only question, or `label` among several.
    /// - Throws: `severalQuestions`, if a name is needed.
    mutating func name(among names: [String]) throws(RecordFault) -> String? {
        if named == nil, found == nil, !names.isEmpty {
            guard let only = names.count == 1 ? names[0] : names.first(where: { $0 == "label" }) else { throw .severalQuestions(names) }
            found = only
        }
        return names.first { $0 == named ?? found }
    }

    /// The one that is named, or the one that the tool usually has.
    func name(usually usual: String) -> String { named == nil || named == "label" ? usual : named! }
}
