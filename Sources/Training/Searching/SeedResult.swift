import TenorMeasuring

/// How a run with one seed was measured: on the dev rows or, without any, by cross-validation.
package struct SeedResult: Sendable {
    package let seed: UInt64
    package let results: Results
}
