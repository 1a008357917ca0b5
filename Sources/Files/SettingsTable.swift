/// What this program does with each setting of a JSON file that transformers or sentence-transformers acts on.
///
/// A setting in no list may change what they compute, so that its file gets a message: ``message(on:file:)``.
package struct SettingsTable: Sendable {
    /// Settings that are read, and obeyed or checked.
    package let computed: Set<String>
    /// Settings whose other values change answers in a way that is not computed here, each with the values that are accepted. Null is
    /// always accepted: it stands for the default.
    package let refused: [String: [JSON]]
    /// Settings that change no ids, states or logits of a classifier, neither in use nor in fine-tuning.
    package let harmless: Set<String>

    /// - Parameters:
    ///   - computed: names with spaces between them, as for `harmless`.
    ///   - base: a table whose settings the new one has too, unless it has them in another list.
    package init(computed: String, refused: [String: [JSON]] = [:], harmless: String = "", and base: SettingsTable? = nil) {
        func names(_ list: String) -> Set<String> { Set(list.split(whereSeparator: \.isWhitespace).map(String.init)) }
        let (computed, harmless) = (names(computed), names(harmless))
        self.computed = (base?.computed ?? []).subtracting(harmless).union(computed)
        self.refused = refused.merging(base?.refused ?? [:]) { own, _ in own }
        self.harmless = (base?.harmless ?? []).subtracting(computed).union(harmless)
    }

    /// The first setting whose value is not accepted, and what is accepted; nil if there is none.
    package func refusal(of object: JSON.Object) -> (key: String, found: JSON, accepted: String)? {
        for member in object.members {
            guard let accepted = refused[member.key], member.value != .null, !accepted.contains(member.value) else { continue }
            return (member.key, member.value, accepted.map { $0.serialized() }.first ?? "null")
        }
        return nil
    }

    /// A message that names the settings in no list; nil if there are none.
    package func message(on object: JSON.Object, file: String) -> String? {
        let unknown = object.members.map(\.key).filter { !computed.contains($0) && refused[$0] == nil && !harmless.contains($0) }
        guard !unknown.isEmpty else { return nil }
        let most = 5
        let names = unknown.prefix(most).map { "'\(shortened($0, to: 80))'" }.joined(separator: ", ")
        let rest = unknown.count > most ? " and \(unknown.count - most) more" : ""
        return "\(file): unknown setting\(unknown.count == 1 ? "" : "s") \(names)\(rest) \(unknown.count == 1 ? "is" : "are") ignored"
    }
}
