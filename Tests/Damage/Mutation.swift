import TenorLayers

/// One of the files with one to four changes: a bit, a byte, a number that is often a limit, a digit, a range that is deleted, repeated or
/// copied elsewhere, or a truncated end.
package func mutation(of seeds: [[UInt8]], using random: inout Randomness) -> [UInt8] {
    var bytes = seeds.randomElement(using: &random)!
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let position = Int.random(in: bytes.indices, using: &random)
        let length = min(Int.random(in: 1...64, using: &random), bytes.count - position)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 2:
            let limits: [UInt64] = [0, 1, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max - 7, .max]
            let limit = limits.randomElement(using: &random)!
            for offset in 0..<min(8, length) { bytes[position + offset] = UInt8(truncatingIfNeeded: limit >> UInt64(8 * offset)) }
        case 3:
            let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
            guard let digit = digits.randomElement(using: &random) else { continue }
            bytes[digit] = UInt8(ascii: "0") + UInt8.random(in: 0..<10, using: &random)
        case 4: bytes.removeSubrange(position..<position + length)
        case 5: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
        case 6:
            let piece = bytes[position..<position + length]
            bytes.insert(contentsOf: piece, at: Int.random(in: bytes.indices, using: &random))
        default: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        }
    }
    return bytes
}
