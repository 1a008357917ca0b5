import TenorLayers

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
