import Layers
import Modeling

/// A block of an encoder as it classifies, on one thread, against the products that it is made of.
struct BlockLines {
    let model: Model
    let lines: LayerLines

    /// - Parameter length: of each sequence; as many as fill a shard.
    func forward(_ length: Int, _ precision: Precision) -> Line {
        let sequences = Sequences(Array(repeating: Array(repeating: Int32(1), count: length), count: max(1, lines.tokens / length)))
        let arena = Arena()
        let pass = Pass(weights: model.weights, products: Products(precision), sequences: sequences, arena: arena)
        let x = numbers(sequences.tokenCount, lines.width)
        let products = [(lines.width, lines.width), (lines.inner, lines.width), (lines.width, lines.inner)].map {
            ProductAlone(sequences.tokenCount, $0, $1, precision)
        }
        let times = seconds(
            products.map { $0.runOneDNN } + [
                {
                    arena.reset()
                    _ = model.encoder.forward(x.view, through: 0..<1, pass)
                }
            ])
        // Query, key, value and output; up; down.
        let operations = 4 * products[0].operations + products[1].operations + products[2].operations
        let alone = 4 * times[0] + times[1] + times[2]
        return Line(
            "block over \(sequences.count) × \(length) tokens in \(precision)", operations / times[3] / 1e9, "GOP/s",
            of: operations / alone / 1e9)
    }
}
