import TenorLayers
import TenorModeling

/// An upper bound for the memory that tuning takes, in fp32 with a typical batch, if there are many texts and some have the maximum length.
package struct MemoryEstimate {
    package let bytes: Int
    /// The part of it that cached activations may take. Few or short texts need less.
    let states: Int

    /// The default limit, in bytes, for the cached activations that tuning keeps in memory.
    package static let mostStates = 512 << 20

    /// - Parameters:
    ///   - boundary: the frozen boundary of the epoch that trains the most.
    ///   - longest: the number of tokens of the longest text.
    package init(_ model: Model, above boundary: FrozenBoundary, longest: Int, threads: Int) {
        let entries = model.table.entries
        let trained = Trainable(model.table, above: boundary).slots.map { model.table[$0] }
        // All weights as in the file, and once more as products use them. For trained weights also a copy to change, one of the best epoch,
        // a gradient and two moments.
        let weights = 8 * Self.count(entries) + 20 * Self.count(trained)
        // Floats per token: each trained layer's input and the gradient of its output; only the latter for embeddings.
        let owed = trained.filter(\.decays).reduce(0) { $0 + $1.columns + ($1.outputs != nil || $1.depth > 0 ? $1.rows : 0) }
        // Each micro-batch's deferred gradients keep the memory of their largest use. The first ones may have had a whole long text each,
        // the later ones only their share of a group of shorter texts.
        let microBatches = MicroBatches.groupTokens / MicroBatches.tokens
        let tokens = (1...microBatches).reduce(0) { $0 + min(max(longest, MicroBatches.tokens), MicroBatches.groupTokens / $1) }
        let ledgers = 4 * tokens * owed
        // Activations for the backward pass take slightly more than the deferred gradients.
        let arenas = 5 * owed * max(longest, MicroBatches.tokens) * threads
        states = boundary.depth < 0 || boundary.depth >= model.encoder.blockCount ? 0 : Self.mostStates
        // The last term is for the program, its tokenizer and the texts.
        bytes = weights + ledgers + arenas + states + (64 << 20)
    }

    private static func count(_ entries: [ParameterTable.Entry]) -> Int { entries.reduce(0) { $0 + $1.count } }
}
