import TenorLayers
import Testing

@Suite struct ProductsTests {
    private func numbers(_ rows: Int, _ columns: Int, _ step: Int = 7) -> Matrix {
        Matrix(rows: rows, columns: columns, (0..<rows * columns).map { Float($0 * step % 31 - 15) / 16 })
    }

    /// Where a thread multiplies with a copy that another one has let go of, this crashes: copies so large go back to the system at once.
    @Test("A weight that is packed while other threads multiply with it stays whole for them")
    func packing() throws {
        guard Precision.bf16.isAvailable else { return }
        var table = ParameterTable()
        let layer = Linear("x", 4096, 4608, in: &table)
        let weights = Parameters(table.entries.map { numbers($0.rows, $0.columns) })
        let x = numbers(511, 4096)
        let shards = 2
        let arenas = (0..<shards).map { _ in Arena() }
        let sequences = Sequences([Array(repeating: 0, count: 511)])
        var expected: [Float] = []
        for _ in 0..<8 {
            // Copies are made, and packed after some of the shards.
            let products = Products(.bf16)
            var answers = Array(repeating: [Float](), count: shards)
            answers.withUnsafeMutableBufferPointer { answers in
                parallel(shards, threads: 2) { index in
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
        arguments: [Precision.fp32, .bf16])
    func fewRows(_ precision: Precision) throws {
        guard precision.isAvailable else { return }
        var table = ParameterTable()
        let layer = Linear("x", 40, 24, in: &table)
        let weights = Parameters(table.entries.map { numbers($0.rows, $0.columns, 7) })
        let (x, dy) = (numbers(64, 40, 5), numbers(64, 24, 11))
        func through(_ rows: Range<Int>, _ way: KeyPath<Pass, Pass> = \.ofFirstTokens) -> (y: [Float], dx: [Float]) {
            let sequences = Sequences(rows.map { _ in [0] })
            let pass = Pass(
                weights: weights, products: Products(precision), sequences: sequences, arena: Arena(), keepsTape: true)[keyPath: way]
            let (y, back) = layer.forward(x.view[rows], pass)
            return (y.elements, back(dy.view[rows], Ledger(isTrainable: [true, true])).elements)
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

    /// Whole panels and such that end within one, a weight that is stepped in four parts, and a layer of first tokens, which takes the weight as it lies.
    @Test(
        "Copies of weights that are stepped a few rows at a time give the bits that new ones give",
        arguments: [Precision.fp32, .bf16], [(128, 192), (40, 24), (1030, 200)])
    func stepped(_ precision: Precision, _ sizes: (inputs: Int, outputs: Int)) throws {
        guard precision.isAvailable else { return }
        let (inputs, outputs) = sizes
        var table = ParameterTable()
        let layer = Linear("x", inputs, outputs, in: &table)
        let (x, dy) = (numbers(20, inputs, 5), numbers(20, outputs, 11))
        let gradient = Parameters(table.entries.map { numbers($0.rows, $0.columns, 9) })
        func products(_ weights: Parameters, _ products: Products, _ way: KeyPath<Pass, Pass>) -> [Float] {
            let pass = Pass(
                weights: weights, products: products, sequences: Sequences((0..<20).map { _ in [0] }), arena: Arena(), keepsTape: true
            )[keyPath: way]
            let (y, back) = layer.forward(x.view, pass)
            return y.elements + back(dy.view, Ledger(isTrainable: [true, true])).elements
        }
        for way in [\Pass.self, \Pass.ofFirstTokens] {
            var weights = Parameters(table.entries.map { numbers($0.rows, $0.columns) })
            var kept = Products(precision)
            var adam = AdamW(zerosFor: table, where: { _ in true })
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
}
