import TenorLayers
import TenorModeling

/// Larger parts of a model as it classifies, on one thread, against the products that they are made of.
struct BlockLines {
    let model: Model
    let lines: LayerLines

    /// The first block on a micro-batch of sequences of so many tokens.
    func block(_ length: Int, _ precision: Precision) -> Line {
        let sequences = Sequences(Array(repeating: Array(repeating: Int32(1), count: length), count: max(1, lines.tokens / length)))
        let arena = Arena()
        let pass = Pass(weights: model.weights, products: Products(precision), sequences: sequences, arena: arena)
        let x = numbers(sequences.tokenCount, lines.width)
        return line("block over \(sequences.count) × \(length) tokens", precision, sequences.tokenCount, products: 1) {
            arena.reset()
            _ = model.encoder.forward(x.view, through: 0..<1, pass)
        }
    }

    /// From ids to logits.
    func whole(_ length: Int, _ precision: Precision) -> Line {
        var model = model
        model.products = Products(precision)
        // Two micro-batches, whatever the length.
        let rows = Array(repeating: TokenRow(Array(repeating: 1, count: length)), count: 2 * max(1, lines.tokens / length))
        return line(
            "whole model, \(rows.count) × \(length) tokens", precision, rows.count / 2 * length, products: 2 * model.encoder.blockCount
        ) {
            _ = model.logits(rows, threads: 1)
        }
    }

    /// - Parameter products: how often a block's products on so many tokens are in the body.
    private func line(_ name: String, _ precision: Precision, _ tokens: Int, products count: Int, _ body: @escaping () -> Void) -> Line {
        let shapes = [(lines.width, lines.width), (lines.inner, lines.width), (lines.width, lines.inner)]
        let products = shapes.map { ProductAlone(tokens, $0, $1, precision) }
        let times = seconds(products.map { $0.run } + [body])
        // Query, key, value and output; up; down.
        let operations = Double(count) * (4 * products[0].operations + products[1].operations + products[2].operations)
        let alone = Double(count) * (4 * times[0] + times[1] + times[2])
        return Line("\(name) in \(precision)", operations / times[3] / 1e9, "GOP/s", of: operations / alone / 1e9)
    }
}
