import TenorFiles

/// The special tokens of a folder, by id and by spelling.
struct SpecialSet: Sendable {
    var ids: Set<Int32> = []
    var spellings: Set<ByteString> = []

    func contains(_ spelling: String, _ id: Int32) -> Bool { ids.contains(id) || spellings.contains(ByteString(spelling)) }
}
