import CTenorVector

/// A bijection on 64-bit integers that scrambles their bits (the finalizer of SplitMix64, Steele et al. 2014).
package func mixed(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
}

/// Sets each element to 0 with probability `rate` and divides it by 1 - `rate` otherwise. Does nothing if the pass has no dropout key.
package struct Dropout: Sendable {
    package let rate: Float
    private let site: UInt32

    package init(rate: Float, in table: inout ParameterTable) {
        self.rate = rate
        site = table.dropoutSite()
    }

    /// The pass's dropout key and the rate that applies; nil if nothing is dropped.
    private func dropoutKey(_ pass: Pass) -> (DropoutKey, rate: Float)? {
        guard let dropoutKey = pass.dropoutKey else { return nil }
        let rate = dropoutKey.rate ?? rate
        return rate > 0 ? (dropoutKey, rate) : nil
    }

    private func drops(_ key: UInt32, _ rate: Float) -> VectorDropout {
        VectorDropout(key: key, threshold: UInt32(min(Double(rate) * 4_294_967_296, 4_294_967_295)), scale: 1 / (1 - rate))
    }

    /// In place, on [tokens, width].
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) { apply(x, first: pass.sequences.firstToken, pass) }

    /// In place, on [sequences, width].
    package func forward(pooled x: Rows, _ pass: Pass) -> (Rows, Backward) { apply(x, first: pass.sequences.firstSequence, pass) }

    private func apply(_ x: Rows, first row: Int, _ pass: Pass) -> (Rows, Backward) {
        guard let (dropoutKey, rate) = dropoutKey(pass) else { return (x, { dy, _ in dy }) }
        let drops = drops(dropoutKey.key(site: site, layer: pass.layer), rate)
        let first = UInt32(truncatingIfNeeded: row * x.width)
        withUnsafePointer(to: drops) { vector_dropout(x.base, x.elementCount, first, $0) }
        return (
            x,
            { dy, _ in
                let dx = pass.arena.rows(dy.count, dy.width)  // a copy, because a residual connection still uses dy
                dx.copy(from: dy)
                withUnsafePointer(to: drops) { vector_dropout(dx.base, dx.elementCount, first, $0) }
                return dx
            }
        )
    }

    /// The dropout for the attention probabilities [n, n] of one head over one sequence of the micro-batch.
    func probabilities(sequence: Int, head: Int, _ pass: Pass) -> VectorDropout? {
        guard let (dropoutKey, rate) = dropoutKey(pass) else { return nil }
        return drops(dropoutKey.key(site: site, layer: pass.layer, sequence: pass.sequences.firstSequence + sequence, head: head), rate)
    }
}
