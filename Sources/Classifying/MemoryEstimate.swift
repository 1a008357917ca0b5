import TenorLayers
import TenorModeling

/// How much memory tuning takes at most, in fp32 with a usual batch, when there are many texts and some are of the greatest length.
package struct MemoryEstimate {
    let bytes: Int
    /// Of these, what states below the cut may take, which few or short texts do not.
    let states: Int

    /// Bytes of cached states that tuning keeps in memory, unless it is told otherwise.
    package static let mostStates = 512 << 20

    /// - Parameters:
    ///   - cut: what is frozen where most is trained.
    ///   - longest: tokens of the longest text.
    init(_ model: Model, above boundary: FrozenBoundary, longest: Int, threads: Int) {
        let entries = model.table.entries
        let trained = Trainable(model.table, above: boundary).slots.map { model.table[$0] }
        // The file's numbers, and once more as products take them. Of what is trained a copy to change, one of the best epoch, a gradient and two
        // moments.
        let weights = 8 * Self.count(entries) + 20 * Self.count(trained)
        // For each token what a layer was given and the gradient of what it answered; of a word table the latter.
        let owed = trained.filter(\.decays).reduce(0) { $0 + $1.columns + ($1.outputs != nil || $1.depth > 0 ? $1.rows : 0) }
        // A ledger keeps the memory of the largest micro-batch that it ever had. The first ones have had a whole text each, the later ones had their share
        // of a wave of shorter texts.
        let microBatches = MicroBatches.groupTokens / MicroBatches.tokens
        let tokens = (1...microBatches).reduce(0) { $0 + min(max(longest, MicroBatches.tokens), MicroBatches.groupTokens / $1) }
        let ledgers = 4 * tokens * owed
        // Activations for the backward pass, a little more than what is owed.
        let arenas = 5 * owed * max(longest, MicroBatches.tokens) * threads
        states = boundary.depth < 0 || boundary.depth >= model.encoder.blockCount ? 0 : Self.mostStates
        // The last is for the program, its tokenizer and the texts.
        bytes = weights + ledgers + arenas + states + (64 << 20)
    }

    private static func count(_ entries: [ParameterTable.Entry]) -> Int { entries.reduce(0) { $0 + $1.count } }
}
