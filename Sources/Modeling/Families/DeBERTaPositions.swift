import TenorLayers

/// The table of relative positions that all blocks share, and the mapping from distances to its rows.
struct DeBERTaPositions: Sendable {
    let weight: Slot
    let norm: LayerNorm?
    let width: Int
    /// The table has a row for each distance, or bucket, in -span ..< span; larger distances use the outermost rows.
    let span: Int
    let buckets: LogBuckets?

    /// Declares `name.rel_embeddings.weight` and, if the table is normalized, `name.LayerNorm`.
    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        try configuration.require("relative_attention", true, default: false)
        width = try configuration.size("hidden_size")
        var farthest = try configuration.int("max_relative_positions", default: -1)
        if farthest < 1 { farthest = try configuration.size("max_position_embeddings", default: 512) }
        guard farthest <= 1 << 24 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "max_relative_positions", found: "\(farthest)", needed: "at most \(1 << 24)")
        }
        let count = try configuration.int("position_buckets", default: -1)
        guard count <= 0 || (4...max(farthest, 4)).contains(count) else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "position_buckets", found: "\(count)", needed: "-1 or from 4 to \(farthest)")
        }
        buckets = count > 0 ? LogBuckets(count: count, farthest: farthest) : nil
        span = count > 0 ? count : farthest
        weight = table.matrix("\(name).rel_embeddings.weight", [2 * span, width])
        let kinds = try configuration.string("norm_rel_ebd", default: "none")
        guard kinds == "none" || kinds == "layer_norm" else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "norm_rel_ebd", found: "'\(kinds)'", needed: "none or layer_norm")
        }
        norm =
            kinds == "none"
            ? nil
            : LayerNorm("\(name).LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table)
    }

    /// The rows that a micro-batch's sequences need, normalized, [rows, width].
    struct Rows {
        let values: TenorLayers.Rows
        let distances: Distances
        /// Accumulates the blocks' gradients of the values; nil if there will be no backward pass.
        let gradient: TenorLayers.Rows?
        fileprivate let weight: Slot

        /// Whether the gradient is needed, which it is not if the table is frozen.
        func isWanted(by deferred: DeferredGradients) -> Bool { deferred.wants(weight) }
    }

    /// Computed once for all blocks of a pass. Call its backward pass after those of the blocks.
    func forward(_ pass: Pass) -> (Rows, (DeferredGradients) -> Void) {
        let distances = Distances(longest: pass.sequences.longest, row: row)
        let needed = pass.weights.rows(weight)[distances.rows]
        let (values, backwardNorm) = norm?.forward(needed, pass) ?? (needed, { dy, _ in dy })
        let gradient = pass.keepsTape ? pass.arena.rows(values.count, width) : nil
        gradient?.clear()
        return (
            Rows(values: values, distances: distances, gradient: gradient, weight: weight),
            { deferred in
                guard let gradient, deferred.wants(weight) else { return }
                deferred.addRows(ids: distances.rows.map(Int32.init), dy: backwardNorm(gradient, deferred), to: weight)
            }
        )
    }

    /// The table's row for a distance, query - key.
    func row(_ distance: Int) -> Int { min(max((buckets?.bucket(distance) ?? distance) + span, 0), 2 * span - 1) }
}
