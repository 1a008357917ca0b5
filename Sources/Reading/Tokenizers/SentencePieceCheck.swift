/// Looks a serialized model over before libsentencepiece sees it.
///
/// The library trusts the compiled normalisation table inside a model: it follows its indices without looking where they lead. A
/// damaged or hostile table would make it read outside its memory when a text is encoded, so the table is checked here.
enum SentencePieceCheck {
    static func check(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        func bad(_ why: String) -> TokenizerError { .badSentencePieceModel(file: file, why: why) }
        guard !bytes.isEmpty else { throw bad("it is empty") }
        guard let fields = ProtobufField.parse(bytes[...]) else { throw bad("it is truncated, or not a protocol buffer") }
        guard fields.contains(where: { $0.number == SerializedModel.piece }) else { throw bad("it holds no pieces") }
        for field in fields where field.number == SerializedModel.normalizer || field.number == SerializedModel.denormalizer {
            guard let parts = ProtobufField.parse(bytes[field.payload]) else { throw bad("its normalisation is truncated") }
            for part in parts where part.number == SerializedModel.compiledRules && !part.payload.isEmpty {
                guard isSound(bytes[part.payload]) else { throw bad("its normalisation table is damaged") }
            }
        }
    }

    /// Whether each path through a compiled table stays inside it.
    ///
    /// The table is the byte length of a double-array trie, the trie in 32-bit units, and the replacements, each closed by a zero.
    /// (google/sentencepiece, normalizer.cc; s-yata/darts-clone for the units.)
    private static func isSound(_ table: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(table)
        func word(_ at: Int) -> UInt32 {
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        }
        guard bytes.count > 4 else { return false }
        let trieBytes = Int(word(0))
        guard trieBytes >= 1024, trieBytes % 1024 == 0, trieBytes < bytes.count - 4, bytes.last == 0 else { return false }
        let units = (0..<trieBytes / 4).map { word(4 + $0 * 4) }
        let replacements = bytes.count - 4 - trieBytes
        func children(_ unit: Int) -> Int { unit ^ Int((units[unit] >> 10) << ((units[unit] & 1 << 9) >> 6)) }
        for (index, unit) in units.enumerated() {
            if unit >> 31 == 1 {
                guard Int(unit & 0x7FFF_FFFF) < replacements else { return false }
            } else {
                // A child lies at this place with its low byte changed, so the block of 256 units must exist.
                guard children(index) < units.count else { return false }
            }
        }
        // No path may turn in a circle, or spell more nested rules than the library keeps room for.
        var depths = [Int8](repeating: -1, count: units.count)
        var stack = [(node: 0, next: 1, deepest: Int8(0))]
        while let top = stack.popLast() {
            var (node, next, deepest) = top
            let base = children(node)
            var descended = false
            while next < 256 {
                let child = base ^ next
                next += 1
                guard units[child] >> 31 == 0, Int(units[child] & 0xFF) == next - 1, child != node else { continue }
                if depths[child] == -2 { return false }
                if depths[child] == -1 {
                    stack.append((node, next - 1, deepest))
                    stack.append((child, 1, 0))
                    depths[child] = -2
                    descended = true
                    break
                }
                deepest = max(deepest, depths[child])
            }
            if descended { continue }
            let hasValue = units[node] & 1 << 8 != 0
            if hasValue, units[base] >> 31 == 0 { return false }
            depths[node] = deepest + (hasValue ? 1 : 0)
            if depths[node] > 32 { return false }
        }
        return true
    }
}
