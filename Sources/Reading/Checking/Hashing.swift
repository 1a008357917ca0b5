/// The finalizer of SplitMix64 (Steele et al. 2014): each bit of the result depends on each bit of the value.
func scrambled(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
}

/// A 64-bit hash of a text's bytes (FNV-1a, scrambled). It is the same on every run. Of a million different texts, two have the same hash with a
/// probability of 3e-8.
package func textHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return scrambled(hash)
}
