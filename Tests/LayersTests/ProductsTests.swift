import TenorLayers
import TenorThreads
import Testing

@Suite struct ProductsTests {
    private func numbers(_ rows: Int, _ columns: Int, _ step: Int = 7) -> Matrix {
        Matrix(rows: rows, columns: columns, (0..<rows * columns).map { Float($0 * step % 31 - 15) / 16 })
    }

    /// If a thread multiplies with a copy that another thread has released, this crashes: copies this large are returned to the system at
    /// once.
    @Test(
        "A weight that is packed while other threads multiply with it stays whole for them",
        .enabled(if: Precision.bf16.isAvailable, "this processor has no instructions for bf16"))
    func packing() throws {
        var table = ParameterTable()
        let layer = Linear("x", 4096, 4608, in: &table)
        let weights = Parameters(table.entries.map { numbers($0.rows, $0.columns) })
        let x = numbers(511, 4096)
        let microBatches = 2
        let arenas = (0..<microBatches).map { _ in Arena() }
        let sequences = Sequences([Array(repeating: 0, count: 511)])
        var expected: [Float] = []
        for _ in 0..<8 {
            // Copies are made, and packed after some of the micro-batches.
            let products = Products(.bf16)
            var answers = Array(repeating: [Float](), count: microBatches)
            answers.withUnsafeMutableBufferPointer { answers in
                parallel(microBatches, threads: 2) { index in
                    arenas[index].reset()
                    let pass = Pass(weights: weights, products: products, sequences: sequences, arena: arenas[index])
                    answers[index] = layer.forward(x.view, pass).0.elements
                }
            }
            if expected.isEmpty { expected = answers[0] }
            #expect(answers.allSatisfy { $0 == expected })
        }
    }

    @Test(
        "First tokens go a way of their own, to the same products and back, and the bits of a row do not depend on the rows beside it",
        arguments: [Precision.fp32, .bf16].filter(\.isAvailable), [false, true])
    func fewRows(_ precision: Precision, _ isTransposed: Bool) throws {
        var table = ParameterTable()
        let layer = Linear(weight: "x", isTransposed ? [40, 24] : [24, 40], isTransposed: isTransposed, bias: "b", in: &table)
        let weights = Parameters(table.entries.map { numbers($0.rows, $0.columns, 7) })
        let (x, dy) = (numbers(64, 40, 5), numbers(64, 24, 11))
        func through(_ rows: Range<Int>, _ way: KeyPath<Pass, Pass> = \.ofFirstTokens) -> (y: [Float], dx: [Float]) {
            let sequences = Sequences(rows.map { _ in [0] })
            let pass = Pass(
                weights: weights, products: Products(precision), sequences: sequences, arena: Arena(), keepsTape: true)[keyPath: way]
            let (y, backward) = layer.forward(x.view[rows], pass)
            return (y.elements, backward(dy.view[rows], DeferredGradients(Trainable(table) { _ in true })).elements)
        }
        let usual = through(0..<64, \.self)
        let all = through(0..<64)
        #expect(zip(all.y, usual.y).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
        #expect(zip(all.dx, usual.dx).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
        for count in [1, 2, 5, 6, 7, 12, 13] {
            let few = through(3..<3 + count)
            #expect(few.y == Array(all.y[3 * 24..<(3 + count) * 24]))
            #expect(few.dx == Array(all.dx[3 * 40..<(3 + count) * 40]))
        }
    }

    /// Whole panels and sizes that end inside one, a weight that is stepped in four parts, and a first-token layer, which uses the weight
    /// unpacked.
    @Test(
        "Copies of weights that are stepped a few rows at a time give the bits that new ones give",
        arguments: [Precision.fp32, .bf16].filter(\.isAvailable), [(128, 192), (40, 24), (1030, 200)])
    func stepped(_ precision: Precision, _ sizes: (inputs: Int, outputs: Int)) throws {
        let (inputs, outputs) = sizes
        var table = ParameterTable()
        let layer = Linear("x", inputs, outputs, in: &table)
        let (x, dy) = (numbers(20, inputs, 5), numbers(20, outputs, 11))
        let gradient = Parameters(table.entries.map { numbers($0.rows, $0.columns, 9) })
        func products(_ weights: Parameters, _ products: Products, _ way: KeyPath<Pass, Pass>) -> [Float] {
            let pass = Pass(
                weights: weights, products: products, sequences: Sequences((0..<20).map { _ in [0] }), arena: Arena(), keepsTape: true
            )[keyPath: way]
            let (y, backward) = layer.forward(x.view, pass)
            return y.elements + backward(dy.view, DeferredGradients(Trainable(table) { _ in true })).elements
        }
        for way in [\Pass.self, \Pass.ofFirstTokens] {
            var weights = Parameters(table.entries.map { numbers($0.rows, $0.columns) })
            var kept = Products(precision)
            var adam = AdamW(zerosFor: table, Trainable(table) { _ in true })
            var before: [Float] = []
            for _ in 0..<3 {
                let answer = products(weights, kept, way)
                #expect(answer == products(weights, Products(precision), way))
                #expect(answer != before)
                before = answer
                kept = kept.renewed
                adam.step(&weights, gradient, table: table, scale: 1, decay: 0, threads: 2, rate: { _ in 0.1 }, stepped: kept.update)
            }
        }
    }

    /// Whole panels, and sizes that end inside one.
    @Test(
        "A weight that is stored transposed gives the bits that it gives otherwise, forward, back and in its gradient",
        arguments: [(Precision.fp32, 64, 128), (.fp32, 40, 24), (.bf16, 64, 128), (.bf16, 40, 25), (.int8, 64, 128), (.int8, 40, 25)]
            .filter(\.0.isAvailable))
    func transposed(_ precision: Precision, _ inputs: Int, _ outputs: Int) throws {
        let (x, dy, w, b) = (numbers(20, inputs, 5), numbers(20, outputs, 11), numbers(outputs, inputs), numbers(1, outputs, 3))
        let wTransposed = Matrix(
            rows: inputs, columns: outputs, (0..<inputs * outputs).map { w[$0 % outputs, $0 / outputs] })
        for activation in [nil, Activation.gelu] {
            var answers: [[Float]] = []
            for isTransposed in [false, true] {
                var table = ParameterTable()
                let layer = Linear(
                    weight: "w", isTransposed ? [inputs, outputs] : [outputs, inputs], isTransposed: isTransposed, bias: "b", in: &table)
                let keepsTape = precision != .int8
                let pass = Pass(
                    weights: Parameters([isTransposed ? wTransposed : w, b]), products: Products(precision),
                    sequences: Sequences([Array(repeating: 0, count: 20)]), arena: Arena(), keepsTape: keepsTape)
                let (y, backward): (Rows, Backward)
                if let activation {
                    let (a, backwardA) = layer.forward(x.view, then: activation, pass)
                    guard case .plain(let floats) = a else { continue }
                    (y, backward) = (floats, backwardA)
                } else {
                    (y, backward) = layer.forward(x.view, pass)
                }
                answers.append(y.elements)
                guard keepsTape else { continue }
                // Once without a copy of the weight, for the few rows of a short text.
                let once = Pass(weights: pass.weights, products: Products(precision), sequences: pass.sequences, arena: Arena())
                if activation == nil { #expect(layer.forward(x.view, once).0.elements == answers.last) }
                let deferred = DeferredGradients(Trainable(table) { _ in true })
                answers[answers.count - 1] += backward(Matrix(rows: 20, columns: outputs, dy.elements).view, deferred).elements
                var gradient = Parameters(zerosFor: table, Trainable(table) { _ in true })
                DeferredGradients.accumulate([deferred], into: &gradient, threads: 1)
                let dW = gradient.matrices[0]
                answers[answers.count - 1] += (0..<outputs * inputs).map { index in
                    let (output, input) = (index / inputs, index % inputs)
                    return isTransposed ? dW[input, output] : dW[output, input]
                }
                answers[answers.count - 1] += gradient.matrices[1].elements
            }
            if let first = answers.first { #expect(answers.allSatisfy { $0 == first }) }
        }
    }
}
