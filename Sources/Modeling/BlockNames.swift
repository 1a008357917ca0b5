import TenorLayers

/// The names of a block's parts, relative to the block's own name.
struct BlockNames {
    let query: String
    let key: String
    let value: String
    let output: String
    let attentionNorm: String
    let up: String
    let down: String
    let norm: String

    static let bert = BlockNames(
        query: "attention.self.query", key: "attention.self.key", value: "attention.self.value", output: "attention.output.dense",
        attentionNorm: "attention.output.LayerNorm", up: "intermediate.dense", down: "output.dense", norm: "output.LayerNorm")
}
