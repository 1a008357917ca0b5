import TenorFiles

/// Compares a folder's tokenizer.json with the vocabulary that the tokenizer was read from. If an id has different pieces in the two, or if
/// tokenizer.json has a step that is not computed here, tools that use it see different texts. Then this returns a one-line message; nil if
/// they agree or only one exists.
package func vocabularyConflict(of tokenizer: any Tokenizer, in folder: String) -> String? {
    guard let counts = tokenizer.files.first, counts != TokenizerFiles.whole, tokenizer.files.contains(TokenizerFiles.whole),
        let whole = try? TokenizerFiles.object(TokenizerFiles.whole, in: ModelPlace(folder).encoder)
    else { return nil }
    if let conflict = vocabularyConflict(of: tokenizer, whole) { return conflict }
    guard tokenizer is SentencePieceTokenizer else { return nil }
    do throws(TokenizerError) {
        _ = try StepTokenizer(TokenizerFiles(folder: folder), whole)
        return nil
    } catch {
        return "\(error); \(counts) counts here, and tools that follow \(TokenizerFiles.whole) may see other tokens"
    }
}

/// The same for the contents of a tokenizer.json.
func vocabularyConflict(of tokenizer: any Tokenizer, _ whole: JSON) -> String? {
    let counts = tokenizer.files.first ?? ""
    func conflict(_ id: Int32, _ piece: String) -> String? {
        let own = tokenizer.piece(id)
        if own.utf8.elementsEqual(piece.utf8) { return nil }
        return
            "\(TokenizerFiles.whole) has '\(piece)' for id \(id), \(counts) has '\(own)'; \(counts) counts here, and one of the two is wrong"
    }
    switch whole["model"]?["vocab"] {
    case .array(let pieces):
        for (id, piece) in pieces.enumerated() {
            if let piece = piece.array?.first?.string, let found = conflict(Int32(id), piece) { return found }
        }
    case .object(let pieces):
        // Lowest id first, so that the message is always the same.
        for (piece, id) in pieces.members.compactMap({ member in member.value.int32.map { (member.key, $0) } }).sorted(by: { $0.1 < $1.1 })
        {
            if let found = conflict(id, piece) { return found }
        }
    default: break
    }
    return nil
}
