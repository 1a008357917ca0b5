import TenorLayers

/// MPNet (Song et al. 2020), as in transformers' `models/mpnet/modeling_mpnet.py`: BERT without token types, with positions starting at 2
/// and a score bias that depends on the distance between query and key and is the same in all blocks.
struct MPNet: Encoder {
    let width: Int
    let longestSequence: Int
    let embeddings: SummedEmbeddings
    let blocks: [Block]
    let relativeBias: BucketedBias

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { embeddings.tokenEmbeddings.weight }

    static let family = Family(
        modelTypes: ["mpnet"], prefix: "mpnet.", bareArchitecture: "MPNetModel", architecture: "MPNetForSequenceClassification",
        pooler: "pooler.dense", encoder: MPNet.init
    ) { configuration, width, labels, table in
        .dense(width, labels, dropout: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table)
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        let shape = try BlockShape(configuration)
        let positions = try configuration.size("max_position_embeddings")
        let firstPosition = 2
        guard positions > firstPosition else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "max_position_embeddings", found: "\(positions)", needed: "more than \(firstPosition)")
        }
        width = shape.width
        longestSequence = positions - firstPosition
        embeddings = try SummedEmbeddings(
            "\(prefix)embeddings", configuration, width: width, shape, firstPosition: firstPosition, hasTypes: false, in: &table)
        // Shared by all blocks, so it is frozen as soon as one of them is.
        relativeBias = BucketedBias("\(prefix)encoder.relative_attention_bias", heads: shape.heads, in: &table)
        blocks = try (0..<configuration.layers("num_hidden_layers")).map { index in
            table.depth = index + 1
            return Block("\(prefix)encoder.layer.\(index)", shape, Self.names, in: &table)
        }
    }

    private static let names = BlockNames(
        query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v", output: "attention.attn.o",
        attentionNorm: "attention.LayerNorm", up: "intermediate.dense", down: "output.dense", norm: "output.LayerNorm")

    func embed(_ pass: Pass) -> (Rows, Backward) { embeddings.forward(pass) }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        biased(pass) { bias in chain(x, through: range, pass) { index, x, pass in blocks[index].forward(x, bias: bias, pass) } }
    }

    func pooled(_ x: Rows, through range: Range<Int>, _ pooling: Pooling, _ pass: Pass) -> (Rows, Backward) {
        biased(pass) { bias in chain(x, through: range, of: blocks, pooling, bias: bias, pass) }
    }

    private func biased(_ pass: Pass, _ run: (RelativeBias) -> (Rows, Backward)) -> (Rows, Backward) {
        let (bias, accumulate) = relativeBias.forward(pass)
        let (y, backward) = run(bias)
        return (
            y,
            { dy, deferred in
                let dx = backward(dy, deferred)
                accumulate(deferred)
                return dx
            }
        )
    }
}

/// bias[head, query, key] = B[bucket(key - query), head]: one number for each head and each of 32 distance buckets (Raffel et al. 2020,
/// section 2.1).
package struct BucketedBias {
    private let weight: Slot
    private let heads: Int
    private static let bucketCount = 32

    init(_ name: String, heads: Int, in table: inout ParameterTable) {
        self.heads = heads
        weight = table.matrix("\(name).weight", [Self.bucketCount, heads])
    }

    /// Half of the buckets are for keys before the query and half for keys after it. In each half the first eight cover one distance each;
    /// from there each bucket starts at √2 times the previous start, rounded up: 8, 12, 16, 23, 32, 46, 64, 91. transformers uses
    /// logarithms of floats and gets the same result; in integers, the bucket grows by one each time the squared distance doubles.
    package static func bucket(_ keyMinusQuery: Int) -> Int {
        let distance = abs(keyMinusQuery)
        let half = bucketCount / 2, exact = half / 2
        let side = keyMinusQuery > 0 ? half : 0
        if distance < exact { return side + distance }
        let doublings = (distance * distance / (exact * exact)).significantBits - 1
        return side + min(exact + doublings, half - 1)
    }

    /// The bias for all blocks of a pass, and a function to call after the backward passes of all of them.
    func forward(_ pass: Pass) -> (RelativeBias, accumulate: (DeferredGradients) -> Void) {
        let longest = pass.sequences.longest
        let b = pass.weights.rows(weight)
        // A query's row of the bias is a slice of its head's line: bias[query, key] = line[key - query + longest - 1].
        let lines = pass.arena.rows(heads, 2 * longest - 1)
        let buckets = (0..<lines.width).map { Self.bucket($0 - longest + 1) }
        for head in 0..<heads {
            for (at, bucket) in buckets.enumerated() { lines.row(head)[at] = b.row(bucket)[head] }
        }
        let fill: Attention.Bias = { _, head, scores in
            for query in 0..<scores.count {
                scores.row(query).update(from: lines.row(head) + longest - 1 - query, count: scores.count)
            }
        }
        guard pass.keepsTape else {
            return (RelativeBias(fill: fill, collect: nil), { _ in preconditionFailure("this pass kept no tape") })
        }
        let dLines = pass.arena.rows(heads, lines.width)
        dLines.clear()
        let collect: Attention.BiasBackward = { _, head, dScores, _ in
            for query in 0..<dScores.count {
                Rows(dLines.row(head) + longest - 1 - query, count: 1, width: dScores.count).add(dScores[query..<query + 1])
            }
        }
        return (
            RelativeBias(fill: fill, collect: collect),
            { deferred in
                let db = pass.arena.rows(Self.bucketCount, heads)
                db.clear()
                for head in 0..<heads {
                    for (at, bucket) in buckets.enumerated() { db.row(bucket)[head] += dLines.row(head)[at] }
                }
                deferred.addValues(db, to: weight)
            }
        )
    }
}

extension Int {
    /// For a positive number: 1 for 1, 2 for 2 and 3, 3 for 4 to 7.
    fileprivate var significantBits: Int { Int.bitWidth - leadingZeroBitCount }
}
