import Glibc

/// A random number generator that gives the same sequence for the same seed on every machine (SplitMix64, Steele et al. 2014).
package struct Randomness: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        defer { state &+= 0x9e37_79b9_7f4a_7c15 }
        return mixed(state)
    }

    /// A number from 0 up to `bound`, each as likely as the others to within `bound` in 2^64.
    package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// Uniform in [0, 1).
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// A random permutation of 0 ..< count (Fisher and Yates). The standard library's shuffle may change between releases; this does not.
    package mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, Int(next() % UInt64(index + 1))) }
        return order
    }
}
