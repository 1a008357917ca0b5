import CTenorVector
import TenorLayers
import Testing

/// Each fast kernel against its plain version, at widths that fill the vectors, exceed them and fall short.
@Suite struct KernelTests {
    static let counts = [1, 7, 16, 31, 384, 1000]

    private func numbers(_ count: Int, scale: Float = 1, seed: UInt64 = 5) -> [Float] {
        var randomness = Randomness(seed: seed &+ UInt64(count))
        return (0..<count).map { _ in Float(randomness.normal()) * scale }
    }

    /// The difference relative to the plain number, or absolute for numbers below 1, which may come from cancellation.
    private func expectClose(_ fast: [Float], _ plain: [Float], within: Float = 1e-6, _ comment: Comment? = nil) {
        let worst = zip(fast, plain).map { abs($0 - $1) / max(abs($1), 1) }.max() ?? 0
        #expect(worst <= within, comment)
    }

    @Test("Elementwise functions agree with libm's in double to a few units of the last place", arguments: counts)
    func elementwise(_ count: Int) {
        let x = numbers(count, scale: 3)
        let dy = numbers(count, seed: 9)
        typealias Function = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
        let functions: [(String, Function, Function)] = [
            ("gelu", vector_gelu, plain_gelu), ("gelu_tanh", vector_gelu_tanh, plain_gelu_tanh), ("tanh", vector_tanh, plain_tanh),
        ]
        for (name, fast, plain) in functions {
            var (a, b) = (x, x)
            fast(x, &a, count)
            plain(x, &b, count)
            expectClose(a, b, "\(name)")
        }
        var (a, b) = (x, x)
        vector_gelu_backward(x, dy, &a, count)
        plain_gelu_backward(x, dy, &b, count)
        expectClose(a, b)
        vector_gelu_tanh_backward(x, dy, &a, count)
        plain_gelu_tanh_backward(x, dy, &b, count)
        expectClose(a, b)
        vector_tanh_backward(x, dy, &a, count)
        plain_tanh_backward(x, dy, &b, count)
        expectClose(a, b)
    }

    @Test("GELU is right where floats end: far tails, zeros, the seams between its polynomials")
    func geluEverywhere() {
        let x: [Float] = [-200, -40, -14, -10, -5.5, -1.3121, -1.3119, -1e-8, -0.0, 0, 1e-30, 1.3119, 1.3121, 5, 40, 3e38, -3e38]
        var (a, b) = (x, x)
        vector_gelu(x, &a, x.count)
        plain_gelu(x, &b, x.count)
        for (fast, plain) in zip(a, b) { #expect(abs(fast - plain) <= max(abs(plain) * 1e-6, 1e-11)) }
    }

    @Test("The GELU of answers that are rounded is within five hundred-thousandths, nowhere far off, and NaN where its argument is")
    func geluNear() {
        let x = (-6000...6000).map { Float($0) / 1000 } + [-3e38, -1e4, 0, 1e4, 3e38, -.infinity, .infinity]
        var (a, b) = (x, x)
        vector_gelu_near(x, &a, x.count)
        plain_gelu_near(x, &b, x.count)
        for (fast, plain) in zip(a, b).dropLast(2) { #expect(abs(fast - plain) <= max(5e-5, abs(plain) * 1e-5)) }
        #expect(a.suffix(2) == [0, .infinity])
        vector_gelu_near([.nan], &a, 1)
        #expect(a[0].isNaN)
    }

    @Test("GELU's slope for gradients that are rounded is within three ten-thousandths, nowhere far off, and NaN where its argument is")
    func geluBackwardNear() {
        let x = (-6000...6000).map { Float($0) / 1000 } + [-3e38, -1e4, 0, 1e4, 3e38]
        let dy = x.map { _ in Float(1) }
        var (a, b) = (x, x)
        vector_gelu_backward_near(x, dy, &a, x.count)
        plain_gelu_backward_near(x, dy, &b, x.count)
        for (fast, plain) in zip(a, b) { #expect(abs(fast - plain) <= 3.2e-4) }
        vector_gelu_backward_near([.nan], dy, &a, 1)
        #expect(a[0].isNaN)
    }

    @Test("Layer norm, forward and back, agrees with the plain one", arguments: counts)
    func norm(_ width: Int) {
        let rows = 5
        let (x, r, gamma, beta, dy) = (
            numbers(rows * width), numbers(rows * width, seed: 1), numbers(width, seed: 2), numbers(width, seed: 3),
            numbers(rows * width, seed: 4)
        )
        var fast = Norm(rows, width)
        var plain = Norm(rows, width)
        vector_norm(x, r, &fast.s, &fast.y, gamma, beta, &fast.mean, &fast.rstd, rows, width, 1e-5)
        plain_norm(x, r, &plain.s, &plain.y, gamma, beta, &plain.mean, &plain.rstd, rows, width, 1e-5)
        expectClose(fast.y, plain.y, within: 1e-5)
        vector_norm_backward(dy, plain.s, plain.mean, plain.rstd, gamma, &fast.ds, &fast.dGamma, &fast.dBeta, rows, width)
        plain_norm_backward(dy, plain.s, plain.mean, plain.rstd, gamma, &plain.ds, &plain.dGamma, &plain.dBeta, rows, width)
        expectClose(fast.ds, plain.ds, within: width == 1 ? 1 : 1e-5)
        expectClose(fast.dGamma, plain.dGamma, within: 1e-5)
        expectClose(fast.dBeta, plain.dBeta, within: 2e-6)
    }

    private struct Norm {
        var s, y, mean, rstd, ds, dGamma, dBeta: [Float]

        init(_ rows: Int, _ width: Int) {
            let matrix = [Float](repeating: 0, count: rows * width)
            (s, y, ds) = (matrix, matrix, matrix)
            (mean, rstd) = (Array(repeating: 0, count: rows), Array(repeating: 0, count: rows))
            (dGamma, dBeta) = (Array(repeating: 0, count: width), Array(repeating: 0, count: width))
        }
    }

    @Test(
        "Attention, forward and back, with a bias and with dropout, agrees with the plain one",
        arguments: [
            (1, 1, 8), (1, 30, 20), (1, 67, 64), (3, 3, 9), (16, 16, 32), (1, 24, 32), (24, 24, 32), (67, 67, 64), (6, 67, 64),
            (130, 130, 20),
        ])
    func attention(_ m: Int, _ n: Int, _ d: Int) {
        let (heads, head) = (3, 1)
        let stride = heads * d
        let q = numbers(m * stride, seed: 1)
        let k = numbers(n * stride, seed: 2)
        let v = numbers(n * stride, seed: 3)
        let dout = numbers(m * stride, seed: 4)
        let bias = numbers(m * n, seed: 5)
        let scale = 1 / Float(d).squareRoot()
        var dropoutKey = VectorDropout(key: 77, threshold: UInt32(0.2 * 4_294_967_296), scale: 1.25)
        let (zeros, queryZeros) = ([Float](repeating: 0, count: n * stride), [Float](repeating: 0, count: m * stride))
        var scratch = [Float](repeating: 0, count: max(attention_scratch(n, d), attention_backward_scratch(n, d)))
        for uses in [(bias: false, dropoutKey: false), (bias: true, dropoutKey: false), (bias: true, dropoutKey: true)] {
            var (out, plainOut) = (queryZeros, queryZeros)
            var grads = (q: queryZeros, k: zeros, v: zeros, bias: [Float](repeating: 0, count: m * n))
            var plain = grads
            withUnsafePointer(to: &dropoutKey) { dropoutKey in
                let dropoutKey = uses.dropoutKey ? dropoutKey : nil
                q.withUnsafeBufferPointer { q in
                    k.withUnsafeBufferPointer { k in
                        v.withUnsafeBufferPointer { v in
                            bias.withUnsafeBufferPointer { b in
                                let at = head * d
                                let (q, k, v) = (q.baseAddress! + at, k.baseAddress! + at, v.baseAddress! + at)
                                let b = uses.bias ? b.baseAddress : nil
                                out.withUnsafeMutableBufferPointer {
                                    vector_attention(q, k, v, stride, b, $0.baseAddress! + at, stride, m, n, d, scale, dropoutKey, &scratch)
                                }
                                plainOut.withUnsafeMutableBufferPointer {
                                    plain_attention(q, k, v, stride, b, $0.baseAddress! + at, stride, m, n, d, scale, dropoutKey, nil)
                                }
                                dout.withUnsafeBufferPointer { dout in
                                    grads.q.withUnsafeMutableBufferPointer { dq in
                                        grads.k.withUnsafeMutableBufferPointer { dk in
                                            grads.v.withUnsafeMutableBufferPointer { dv in
                                                vector_attention_backward(
                                                    q, k, v, stride, b, dout.baseAddress! + at, stride, dq.baseAddress! + at,
                                                    dk.baseAddress! + at, dv.baseAddress! + at, &grads.bias, m, n, d, scale, dropoutKey,
                                                    &scratch
                                                )
                                            }
                                        }
                                    }
                                    plain.q.withUnsafeMutableBufferPointer { dq in
                                        plain.k.withUnsafeMutableBufferPointer { dk in
                                            plain.v.withUnsafeMutableBufferPointer { dv in
                                                plain_attention_backward(
                                                    q, k, v, stride, b, dout.baseAddress! + at, stride, dq.baseAddress! + at,
                                                    dk.baseAddress! + at, dv.baseAddress! + at, &plain.bias, m, n, d, scale, dropoutKey, nil
                                                )
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            for (a, b) in [(out, plainOut), (grads.q, plain.q), (grads.k, plain.k), (grads.v, plain.v), (grads.bias, plain.bias)] {
                let largest = b.map(abs).max() ?? 0
                #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 3e-6 * max(largest, 1) })
            }
        }
    }

    @Test("Dropout keeps the share it should, gives the same coins again, and agrees with the plain one")
    func dropout() {
        var drops = VectorDropout(key: 3, threshold: UInt32(0.1 * 4_294_967_296), scale: 1 / 0.9)
        var (a, b) = ([Float](repeating: 1, count: 100_003), [Float](repeating: 1, count: 100_003))
        vector_dropout(&a, a.count, 40, &drops)
        plain_dropout(&b, b.count, 40, &drops)
        #expect(a == b)
        let dropped = Double(a.count { $0 == 0 }) / Double(a.count)
        #expect(abs(dropped - 0.1) < 0.005)
    }

    @Test("AdamW agrees with the plain one", arguments: counts)
    func adamw(_ count: Int) {
        let (w, g, m) = (numbers(count), numbers(count, seed: 2), numbers(count, scale: 0.1, seed: 3))
        let v = numbers(count, seed: 4).map { $0 * $0 }
        var fast = (w: w, m: m, v: v)
        var plain = fast
        vector_adamw(&fast.w, g, &fast.m, &fast.v, count, 0.5, 1e-3, 0.9, 0.999, 1e-8, 0.01, 0.271, 0.002997)
        plain_adamw(&plain.w, g, &plain.m, &plain.v, count, 0.5, 1e-3, 0.9, 0.999, 1e-8, 0.01, 0.271, 0.002997)
        expectClose(fast.w, plain.w)
        expectClose(fast.m, plain.m)
        expectClose(fast.v, plain.v)
    }

    @Test("Rounding to bf16 and to bytes agrees with the plain one", arguments: counts)
    func rounding(_ count: Int) {
        let x = numbers(count) + [0, -0.0, 1, .infinity, -.infinity, .nan, 3.4e38, .leastNonzeroMagnitude]
        var (a, b) = ([UInt16](repeating: 0, count: x.count), [UInt16](repeating: 0, count: x.count))
        vector_to_bf16(x, &a, x.count)
        plain_to_bf16(x, &b, x.count)
        #expect(a == b)
        let y = numbers(3 * count, seed: 8)
        var fast = (
            bytes: [UInt8](repeating: 0, count: 3 * count), scales: [Float](repeating: 0, count: 3), zeros: [Int32](repeating: 0, count: 3)
        )
        var plain = fast
        vector_quantize(y, &fast.bytes, &fast.scales, &fast.zeros, 3, count)
        plain_quantize(y, &plain.bytes, &plain.scales, &plain.zeros, 3, count)
        #expect(fast == plain)
        let restored = (0..<3 * count).map { Float(Int32(fast.bytes[$0]) - fast.zeros[$0 / count]) * fast.scales[$0 / count] }
        #expect((0..<3 * count).allSatisfy { abs(restored[$0] - y[$0]) <= 0.501 * fast.scales[$0 / count] || fast.bytes[$0] == 255 })
        var fastWeights = (bytes: [Int8](repeating: 0, count: 3 * count), scales: fast.scales, sums: fast.zeros)
        var plainWeights = fastWeights
        vector_quantize_weights(y, &fastWeights.bytes, &fastWeights.scales, &fastWeights.sums, 3, count)
        plain_quantize_weights(y, &plainWeights.bytes, &plainWeights.scales, &plainWeights.sums, 3, count)
        #expect(fastWeights == plainWeights)
    }

    @Test("Decay in many steps rounds after each, as the plain one does", arguments: counts)
    func decay(_ count: Int) {
        var (a, b) = (numbers(count), numbers(count))
        let factors = numbers(50, scale: 1e-4, seed: 7).map { 1 - abs($0) }
        vector_decay(&a, count, factors, factors.count)
        plain_decay(&b, count, factors, factors.count)
        #expect(a == b)
    }

    @Test("A number that is not finite is found wherever it stands", arguments: 1...150)
    func finite(_ count: Int) {
        var x = numbers(count)
        for place in x.indices {
            let good = x[place]
            for bad in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
                x[place] = bad
                #expect(vector_is_finite(x, count) == plain_is_finite(x, count))
                #expect((plain_is_finite(x, count) == 1) == bad.isFinite)
            }
            x[place] = good
        }
    }

    @Test("Sums over columns and of squares agree with the plain ones", arguments: counts)
    func sums(_ width: Int) {
        let x = numbers(9 * width)
        var (a, b) = ([Float](repeating: 1, count: width), [Float](repeating: 1, count: width))
        vector_column_sums(x, width, &a, 9, width)
        plain_column_sums(x, width, &b, 9, width)
        expectClose(a, b)
        #expect(abs(vector_square_sum(x, x.count) / plain_square_sum(x, x.count) - 1) < 1e-5)
    }

    @Test(
        "Products with few rows agree with the plain ones, forward and back, in floats and in bfloat16s",
        arguments: [(1, 1, 1), (2, 3, 5), (3, 4, 16), (4, 6, 31), (5, 9, 40), (6, 384, 48), (7, 5, 384), (12, 33, 17), (13, 2, 64)])
    func fewRows(_ m: Int, _ n: Int, _ k: Int) {
        let (x, w, bias, dy) = (numbers(m * k), numbers(n * k, seed: 6), numbers(n, seed: 7), numbers(m * n, seed: 8))
        let (hx, hw, hdy) = (halves(x), halves(w), halves(dy))
        for bias in [bias, nil] as [[Float]?] {
            var (a, b) = (dy, dy)
            vector_small_m_products(x, w, bias, &a, m, n, k)
            plain_small_m_products(x, w, bias, &b, m, n, k)
            expectClose(a, b, within: 1e-5)
            vector_small_m_products_bf16(hx, hw, bias, &a, m, n, k)
            plain_small_m_products_bf16(hx, hw, bias, &b, m, n, k)
            expectClose(a, b, within: 1e-5)
        }
        var (a, b) = (x, x)
        vector_small_m_products_back(dy, w, &a, m, n, k)
        plain_small_m_products_back(dy, w, &b, m, n, k)
        expectClose(a, b, within: 1e-5)
        vector_small_m_products_back_bf16(hdy, hw, &a, m, n, k)
        plain_small_m_products_back_bf16(hdy, hw, &b, m, n, k)
        expectClose(a, b, within: 1e-5)
    }

    /// Sizes that fill panels and strips of rows, and sizes that end inside one.
    static let shapes = [(1, 1, 1), (2, 3, 5), (5, 70, 33), (6, 64, 48), (7, 65, 31), (12, 130, 66), (13, 384, 97), (64, 200, 384)]

    private func words(_ rows: Int, _ columns: Int, _ sharing: Int) -> [UInt32] {
        Array(repeating: 7, count: (rows + sharing - 1) / sharing * ((columns + 63) / 64 * 64))
    }

    private func halves(_ x: [Float]) -> [UInt16] {
        var halves = [UInt16](repeating: 0, count: x.count)
        vector_to_bf16(x, &halves, x.count)
        return halves
    }

    @Test("Panels are what the plain ones are, with zeros where the matrix ends", arguments: shapes)
    func panels(_ rows: Int, _ width: Int, _: Int) {
        let w = numbers(rows * width)
        typealias Pack = (_ w: [Float], _ straight: UnsafeMutablePointer<UInt32>?, _ transposed: UnsafeMutablePointer<UInt32>?) -> Void
        func expectSame(_ sharing: Int, _ fast: Pack, _ plain: Pack) {
            let start = (straight: words(rows, width, sharing), transposed: words(width, rows, sharing))
            var (a, b, alone) = (start, start, start)
            fast(w, &a.straight, &a.transposed)
            plain(w, &b.straight, &b.transposed)
            #expect(a.straight == b.straight)
            #expect(a.transposed == b.transposed)
            fast(w, nil, &alone.transposed)
            fast(w, &alone.straight, nil)
            #expect(alone == b)
        }
        expectSame(1, { vector_panels_f32($0, $1, 64 * rows, $2, rows, width) }, { plain_panels_f32($0, $1, 64 * rows, $2, rows, width) })
        expectSame(
            2, { vector_panels_bf16($0, $1, (rows + 1) / 2 * 64, $2, rows, width) },
            { plain_panels_bf16($0, $1, (rows + 1) / 2 * 64, $2, rows, width) })
        var (a, b) = (words(rows, width, 2), words(rows, width, 2))
        vector_panels_of_bf16(halves(w), &a, rows, width)
        plain_panels_bf16(w, &b, (rows + 1) / 2 * 64, nil, rows, width)
        #expect(a == b)
        plain_panels_of_bf16(halves(w), &b, rows, width)
        #expect(a == b)
        let bytes = w.map { Int8(max(-127, min(127, $0 * 40))) }
        (a, b) = (words(width, rows, 4), words(width, rows, 4))
        vector_panels_s8(bytes, &a, rows, width)
        plain_panels_s8(bytes, &b, rows, width)
        #expect(a == b)
    }

    @Test("Products by panels agree with the plain ones, and a row's bits do not depend on the rows beside it", arguments: shapes)
    func products(_ m: Int, _ n: Int, _ k: Int) {
        let (x, w, bias, y) = (numbers(m * k), numbers(k * n, seed: 6), numbers(n, seed: 7), numbers(m * (n + 3), seed: 8))
        let halves = halves(x)
        // A sequential sum: its error grows with the square root of the number of terms.
        let tolerance = 2e-6 * Float(k).squareRoot()
        var (floats, pairs) = (words(k, n, 1), words(k, n, 2))
        plain_panels_f32(w, &floats, 64 * k, nil, k, n)
        plain_panels_bf16(w, &pairs, (k + 1) / 2 * 64, nil, k, n)
        floats.withUnsafeBufferPointer { floats in
            pairs.withUnsafeBufferPointer { pairs in
                var f32 = VectorPanels(base: floats.baseAddress, row: 64, panel: 64 * k)
                var bf16 = VectorPanels(base: pairs.baseAddress, row: 64, panel: 64 * ((k + 1) / 2))
                for (bias, adds) in [(bias, 0), (nil, 0), (bias, 1), (nil, 1)] as [([Float]?, Int32)] {
                    var (a, b, row) = (y, y, y)
                    vector_product_f32(x, &f32, bias, &a, n + 3, m, n, k, adds)
                    plain_product_f32(x, &f32, bias, &b, n + 3, m, n, k, adds)
                    expectClose(a, b, within: tolerance)
                    for i in 0..<m { vector_product_f32(Array(x[(i * k)...]), &f32, bias, &row[i * (n + 3)], n + 3, 1, n, k, adds) }
                    #expect(row == a)
                    (a, b, row) = (y, y, y)
                    vector_product_bf16(halves, &bf16, bias, &a, n + 3, m, n, k, adds)
                    plain_product_bf16(halves, &bf16, bias, &b, n + 3, m, n, k, adds)
                    expectClose(a, b, within: tolerance)
                    for i in 0..<m { vector_product_bf16(Array(halves[(i * k)...]), &bf16, bias, &row[i * (n + 3)], n + 3, 1, n, k, adds) }
                    #expect(row == a)
                }
                if n % 64 == 0 {
                    // The rows of an unpacked row-major matrix are panels next to each other.
                    var (a, b) = (y, y)
                    var straight = VectorPanels(base: w.withUnsafeBufferPointer(\.baseAddress), row: n, panel: 64)
                    withExtendedLifetime(w) { vector_product_f32(x, &straight, bias, &a, n + 3, m, n, k, 0) }
                    vector_product_f32(x, &f32, bias, &b, n + 3, m, n, k, 0)
                    #expect(a == b)
                }
            }
        }
    }

    @Test("Products through GELU are products and then GELU, with and without what lies between", arguments: shapes)
    func productsThroughGELU(_ m: Int, _ n: Int, _ k: Int) {
        let (x, w, bias) = (numbers(m * k, scale: 0.3), numbers(k * n, scale: 0.3, seed: 6), numbers(n, seed: 7))
        let halves = halves(x)
        var (floats, pairs) = (words(k, n, 1), words(k, n, 2))
        plain_panels_f32(w, &floats, 64 * k, nil, k, n)
        plain_panels_bf16(w, &pairs, (k + 1) / 2 * 64, nil, k, n)
        let zeros = [Float](repeating: 0, count: m * n)
        floats.withUnsafeBufferPointer { words in
            var panels = VectorPanels(base: words.baseAddress, row: 64, panel: 64 * k)
            var (u, y, v, z, alone) = (zeros, zeros, zeros, zeros, zeros)
            vector_product_gelu_f32(x, &panels, bias, &u, &y, n, m, n, k)
            plain_product_gelu_f32(x, &panels, bias, &v, &z, n, m, n, k)
            expectClose(u, v, within: 1e-5)
            expectClose(y, z, within: 1e-5)
            vector_product_gelu_f32(x, &panels, bias, nil, &alone, n, m, n, k)
            #expect(alone == y)
        }
        pairs.withUnsafeBufferPointer { words in
            var panels = VectorPanels(base: words.baseAddress, row: 64, panel: 64 * ((k + 1) / 2))
            var (u, v, rounded) = (zeros, zeros, zeros)
            let nothing = Array(repeating: UInt16(0), count: m * n)
            var (y, z, alone, apart) = (nothing, nothing, nothing, nothing)
            vector_product_gelu_bf16(halves, &panels, bias, &u, &y, n, m, n, k)
            plain_product_gelu_bf16(halves, &panels, bias, &v, &z, n, m, n, k)
            expectClose(u, v, within: 1e-5)
            // Off by one unit of bf16 where the last bits of u tip the rounding, or near 0 by the error of `gelu_near`.
            func floats(_ y: [UInt16]) -> [Float] { y.map { Float(bitPattern: UInt32($0) << 16) } }
            #expect(zip(floats(y), floats(z)).allSatisfy { abs($0 - $1) <= abs($1) / 128 + 1e-4 })
            vector_product_gelu_bf16(halves, &panels, bias, nil, &alone, n, m, n, k)
            #expect(alone == y)
            vector_gelu_near(u, &rounded, u.count)
            vector_to_bf16(rounded, &apart, u.count)
            #expect(apart == y)
        }
    }

    @Test("Products of bytes agree with the plain ones", arguments: shapes)
    func products8(_ m: Int, _ n: Int, _ k: Int) {
        let (x, w, bias, y) = (numbers(m * k), numbers(n * k, seed: 6), numbers(n, seed: 7), numbers(m * n, seed: 8))
        var rows = (
            bytes: [UInt8](repeating: 0, count: m * k), scales: [Float](repeating: 0, count: m), zeros: [Int32](repeating: 0, count: m)
        )
        var columns = (
            bytes: [Int8](repeating: 0, count: n * k), scales: [Float](repeating: 0, count: n), sums: [Int32](repeating: 0, count: n)
        )
        vector_quantize(x, &rows.bytes, &rows.scales, &rows.zeros, m, k)
        vector_quantize_weights(w, &columns.bytes, &columns.scales, &columns.sums, n, k)
        var words = words(k, n, 4)
        plain_panels_s8(columns.bytes, &words, n, k)
        words.withUnsafeBufferPointer { words in
            var panels = VectorPanels(base: words.baseAddress, row: 64, panel: 64 * ((k + 3) / 4))
            for bias in [bias, nil] as [[Float]?] {
                var (a, b) = (y, y)
                vector_product_u8s8(rows.bytes, rows.scales, rows.zeros, &panels, columns.scales, columns.sums, bias, &a, n, m, n, k)
                plain_product_u8s8(rows.bytes, rows.scales, rows.zeros, &panels, columns.scales, columns.sums, bias, &b, n, m, n, k)
                expectClose(a, b)
            }
        }
    }

    /// Parts of 5, 12 and 1 rows are the factors of three micro-batches.
    @Test("Gradients from panels agree with the plain ones", arguments: shapes)
    func gradients(_ m: Int, _ n: Int, _: Int) {
        let parts = [5, 12, 1].map { (rows: $0, a: numbers($0 * m, seed: UInt64($0)), b: numbers($0 * n, seed: UInt64($0 + 1))) }
        let y = numbers(m * (n + 2), seed: 8)
        func pointers(_ sharing: Int, _ pack: ([Float], Int, Int, inout [UInt32]) -> Void) -> [VectorParts] {
            func panels(_ x: [Float], _ rows: Int, _ width: Int) -> UnsafeRawPointer {
                var packed = words(rows, width, sharing)
                pack(x, rows, width, &packed)
                let kept = UnsafeMutablePointer<UInt32>.allocate(capacity: packed.count)
                kept.initialize(from: packed, count: packed.count)
                return UnsafeRawPointer(kept)
            }
            return parts.map {
                VectorParts(left: panels($0.a, $0.rows, m), right: panels($0.b, $0.rows, n), depth: ($0.rows + sharing - 1) / sharing)
            }
        }
        let floats = pointers(1) { plain_panels_f32($0, &$3, 64 * $1, nil, $1, $2) }
        let pairs = pointers(2) { plain_panels_bf16($0, &$3, ($1 + 1) / 2 * 64, nil, $1, $2) }
        defer { for part in floats + pairs { _ = (part.left.deallocate(), part.right.deallocate()) } }
        for adds in [0, 1] as [Int32] {
            var (a, b) = (y, y)
            vector_gradient_f32(floats, 3, &a, n + 2, m, n, adds)
            plain_gradient_f32(floats, 3, &b, n + 2, m, n, adds)
            expectClose(a, b, within: 1e-5)
            (a, b) = (y, y)
            vector_gradient_bf16(pairs, 3, &a, n + 2, m, n, adds)
            plain_gradient_bf16(pairs, 3, &b, n + 2, m, n, adds)
            expectClose(a, b, within: 1e-5)
        }
    }

    @Test("A transpose has every element in its place, zeros up to a whole vector, and nothing else is written", arguments: shapes)
    func transpose(_ rows: Int, _ width: Int, _: Int) {
        let stride = (rows + 15) / 16 * 16 + 3
        let x = numbers(rows * (width + 2) - 2)
        var (fast, plain) = ([Float](repeating: 7, count: width * stride), [Float](repeating: 7, count: width * stride))
        vector_transpose(x, width + 2, &fast, stride, rows, width)
        plain_transpose(x, width + 2, &plain, stride, rows, width)
        #expect(fast == plain)
    }

    /// Parts in the middle of larger matrices, with both factors plain and transposed.
    @Test("Products of parts of matrices agree with the plain ones, a row's bits whatever rows are beside it", arguments: shapes)
    func parts(_ m: Int, _ n: Int, _ k: Int) {
        let (margin, stride) = (3, n + 5)
        let y = numbers(m * stride, seed: 8)
        var scratch = [Float](repeating: .nan, count: multiply_scratch(k))
        for (aTransposed, bTransposed) in [(false, false), (false, true), (true, false), (true, true)] {
            let aRow = (aTransposed ? m : k) + margin, bRow = (bTransposed ? k : n) + margin
            // The last row ends where the memory ends, so that a sanitizer detects reads past it.
            let a = numbers((aTransposed ? k : m) * aRow - margin), b = numbers((bTransposed ? n : k) * bRow - margin, seed: 6)
            let (a0, a1) = aTransposed ? (1, aRow) : (aRow, 1)
            let (b0, b1) = bTransposed ? (1, bRow) : (bRow, 1)
            for adds in [0, 1] as [Int32] {
                var (fast, plain, row) = (y, y, y)
                vector_multiply(a, a0, a1, b, b0, b1, 0.7, &fast, stride, m, n, k, adds, &scratch)
                plain_multiply(a, a0, a1, b, b0, b1, 0.7, &plain, stride, m, n, k, adds, nil)
                expectClose(fast, plain, within: 2e-6 * Float(k).squareRoot())
                for i in 0..<m {
                    let alone = Array(a[(i * a0)...])
                    vector_multiply(alone, a0, a1, b, b0, b1, 0.7, &row[i * stride], stride, 1, n, k, adds, &scratch)
                }
                #expect(row == fast)
            }
        }
    }
}
