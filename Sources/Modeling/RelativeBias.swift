import TenorLayers

/// A term of the scores that does not come from the product of queries and keys, and the backward pass that collects its gradient.
struct RelativeBias {
    let fill: Attention.Bias
    let collect: Attention.BiasBackward?
}

extension RelativeBias {
    /// A mask: a query sees itself and the given numbers of keys before and after it. All other scores become -∞.
    static func window(before: Int, after: Int) -> RelativeBias {
        RelativeBias(
            fill: { _, _, scores in
                let n = scores.count
                for query in 0..<n {
                    let first = query - min(query, before)
                    let row = scores.row(query)
                    row.update(repeating: -.infinity, count: n)
                    (row + first).update(repeating: 0, count: query + min(n - 1 - query, after) + 1 - first)
                }
            }, collect: nil)
    }
}
