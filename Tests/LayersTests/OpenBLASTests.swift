import CTenorOpenBLAS
import CTenorVector
import TenorLayers
import Testing

/// The fp32 kernels against those of OpenBLAS, at the sizes of an encoder.
@Suite struct OpenBLASTests {
    private func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var randomness = Randomness(seed: seed)
        return (0..<count).map { _ in Float(randomness.normal()) }
    }

    private func largestDifference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

    /// The bound for sums of this many products of normal numbers: each addition rounds a sum of size √terms, and the errors add up to
    /// √terms times as much. Six times that covers the largest of tens of thousands.
    private func bound(_ terms: Int) -> Float { 6 * Float(terms) * .ulpOfOne / 2 }

    @Test("Products by panels and gradients agree with OpenBLAS's", arguments: [(128, 384, 1536), (100, 200, 384)])
    func panels(_ m: Int, _ n: Int, _ k: Int) {
        let (x, w) = (numbers(m * k, seed: 1), numbers(n * k, seed: 2))
        var (own, theirs) = ([Float](repeating: 0, count: m * n), [Float](repeating: 0, count: m * n))
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(m), blasint(n), blasint(k), 1, x, blasint(k), w, blasint(k), 0, &theirs,
            blasint(n))
        var words = [UInt32](repeating: 0, count: (n + 63) / 64 * 64 * k)
        vector_panels_f32(w, nil, 0, &words, n, k)
        words.withUnsafeBufferPointer { words in
            var panels = VectorPanels(base: words.baseAddress, row: 64, panel: 64 * k)
            vector_product_f32(x, &panels, nil, &own, n, m, n, k, 0)
        }
        #expect(largestDifference(own, theirs) < bound(k))

        let dy = numbers(m * n, seed: 3)
        var (ownGradient, theirGradient) = ([Float](repeating: 0, count: n * k), [Float](repeating: 0, count: n * k))
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(n), blasint(k), blasint(m), 1, dy, blasint(n), x, blasint(k), 0,
            &theirGradient, blasint(k))
        func packed(_ matrix: [Float], _ width: Int) -> [UInt32] {
            var words = [UInt32](repeating: 0, count: (width + 63) / 64 * 64 * m)
            vector_panels_f32(matrix, &words, 64 * m, nil, m, width)
            return words
        }
        packed(dy, n).withUnsafeBytes { left in
            packed(x, k).withUnsafeBytes { right in
                var part = VectorParts(left: left.baseAddress, right: right.baseAddress, depth: m)
                vector_gradient_f32(&part, 1, &ownGradient, k, n, k, 0)
            }
        }
        #expect(largestDifference(ownGradient, theirGradient) < bound(m))
    }

    @Test("Products of parts of matrices agree with OpenBLAS's", arguments: [false, true], [false, true])
    func parts(_ aTransposed: Bool, _ bTransposed: Bool) {
        let (m, n, k) = (70, 139, 64)
        let (a, b, c) = (numbers(m * k, seed: 1), numbers(n * k, seed: 2), numbers(m * n, seed: 3))
        var (own, theirs) = (c, c)
        cblas_sgemm(
            CblasRowMajor, aTransposed ? CblasTrans : CblasNoTrans, bTransposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n),
            blasint(k), 0.125, a, blasint(aTransposed ? m : k), b, blasint(bTransposed ? k : n), 1, &theirs, blasint(n))
        var scratch = [Float](repeating: 0, count: multiply_scratch(k))
        vector_multiply(
            a, aTransposed ? 1 : k, aTransposed ? m : 1, b, bTransposed ? 1 : n, bTransposed ? k : 1, 0.125, &own, n, m, n, k, 1, &scratch)
        #expect(largestDifference(own, theirs) < bound(k))
    }
}
