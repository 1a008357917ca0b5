import CTenorVector

/// The dropout key of one optimizer step. Whether an element is dropped depends only on the step's seed, the place in the network and the
/// element's position in the batch: not on threads, micro-batches or the order of work.
package struct DropoutKey: Sendable {
    private let seed: UInt64
    /// Overrides each layer's own rate.
    let rate: Float?

    package init(seed: UInt64, step: Int, rate: Float? = nil) {
        self.seed = mixed(seed ^ mixed(UInt64(step) &+ 0x5851_f42d_4c95_7f2d))
        self.rate = rate
    }

    func key(site: UInt32, layer: Int, sequence: Int = 0, head: Int = 0) -> UInt32 {
        var key = mixed(seed ^ UInt64(site) << 32 ^ UInt64(layer))
        key = mixed(key ^ UInt64(sequence) << 20 ^ UInt64(head))
        return UInt32(truncatingIfNeeded: key)
    }
}
