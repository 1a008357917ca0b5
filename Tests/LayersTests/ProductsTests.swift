import Layers
import Testing

@Suite struct ProductsTests {
    /// Where a thread multiplies with a copy that another one has let go of, this crashes: copies so large go back to the system at once.
    @Test("A weight that is packed while other threads multiply with it stays whole for them")
    func packing() throws {
        guard Precision.bf16.isAvailable else { return }
        var table = ParameterTable()
        let layer = Linear("x", 4096, 4608, in: &table)
        func numbers(_ rows: Int, _ columns: Int) -> Matrix {
            Matrix(rows: rows, columns: columns, (0..<rows * columns).map { Float($0 * 7 % 31 - 15) / 16 })
        }
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
}
