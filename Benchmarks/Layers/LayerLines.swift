import TenorLayers

/// The layers of one encoder, on the tokens of a micro-batch and on one thread, each against its ceiling.
struct LayerLines {
    let width: Int
    let heads: Int
    let inner: Int
    let vocabulary: Int
    let tokens: Int

    /// The largest product of a block in each precision, and by OpenBLAS; the ceiling is that of the own kernel in fp32.
    func products() -> [Line] {
        let precisions = Precision.allCases.filter(\.isAvailable)
        let alone = precisions.map { ProductAlone(tokens, inner, width, $0) }
        let rates = seconds([alone[0].runOpenBLAS] + alone.map { $0.run }).map { alone[0].operations / $0 / 1e9 }
        return zip(["fp32 by OpenBLAS"] + precisions.map { "\($0)" }, rates).map {
            Line("product alone, \($0)", $1, "GOP/s", of: rates[1])
        }
    }

    /// Against the same product alone.
    func linear(_ precision: Precision) -> [Line] {
        var table = ParameterTable()
        let layer = Linear("up", width, inner, in: &table)
        let alone = ProductAlone(tokens, inner, width, precision)
        let stages = Stages((tokens, width, inner), precision, table, beside: alone.run) { layer.forward($0, $1) }
        func line(_ name: String, _ time: Double) -> Line {
            Line("linear in \(precision), \(name)", alone.operations / time / 1e9, "GOP/s", of: alone.operations / stages.ceiling / 1e9)
        }
        let forward = line("forward", stages.forward)
        return precision == .int8
            ? [forward] : [forward, line("back to its input", stages.backward), line("gradients of its weights", stages.accumulating)]
    }

    /// Against an fp32 product. The way there has two products a head, the backward pass five, with the scores computed again.
    func attention(_ length: Int) -> [Line] {
        var table = ParameterTable()
        let layer = Attention(heads: heads, headWidth: width / heads, dropout: 0, in: &table)
        let alone = ProductAlone(tokens, width, width, .fp32)
        let stages = Stages((length, width, width), beside: alone.run) { x, pass in
            let (y, backward) = layer.forward(x, x, x, pass)
            return (y, { dy, deferred in backward(dy, deferred).dq })
        }
        let product = 2 * Double(length * length * width)
        let ceiling = alone.operations / stages.ceiling / 1e9
        return [
            Line("attention over \(length) tokens, forward", 2 * product / stages.forward / 1e9, "GOP/s", of: ceiling),
            Line("attention over \(length) tokens, backward", 5 * product / stages.backward / 1e9, "GOP/s", of: ceiling),
        ]
    }

    /// By the bytes that have to be read and written, against copying as many elements.
    func elementwise() -> [Line] {
        var table = ParameterTable()
        let norm = LayerNorm("norm", width, epsilon: 1e-12, in: &table)
        let gelu = Stages((tokens, inner, inner), beside: copying(tokens, inner)) { Activation.gelu.forward($0, $1) }
        let normed = Stages((tokens, width, width), .fp32, table, beside: copying(tokens, width)) {
            norm.forward($0, adding: $0, $1)
        }
        return line("GELU, forward", gelu.forward, 2, tokens * inner, gelu.ceiling)
            + line("GELU, back", gelu.backward, 3, tokens * inner, gelu.ceiling)
            + line("layer norm and residual, forward", normed.forward, 4, tokens * width, normed.ceiling)
            + line("layer norm, back", normed.backward, 3, tokens * width, normed.ceiling) + embedding() + optimizer()
    }

    private func embedding() -> [Line] {
        var table = ParameterTable()
        let layer = Embedding("words", vocabulary, width, in: &table)
        let ids = (0..<tokens).map { Int32(mixed(UInt64($0)) % UInt64(vocabulary)) }
        let stages = Stages((tokens, width, width), .fp32, table, beside: copying(tokens, width)) { x, pass in
            (x, layer.forward(ids, addingTo: x, pass))
        }
        return line("embedding, forward", stages.forward, 3, tokens * width, stages.ceiling)
            + line("embedding, gradient", stages.accumulating, 3, tokens * width, stages.ceiling)
    }

    /// A step over a weight: four numbers an element are read and three written.
    private func optimizer() -> [Line] {
        var table = ParameterTable()
        _ = table.matrix("up", [inner, width])
        var weights = Parameters([numbers(inner, width)])
        let gradient = Parameters([numbers(inner, width, seed: 2)])
        var adam = AdamW(zerosFor: table, Trainable(table) { _ in true })
        let times = seconds([
            copying(inner, width), { adam.step(&weights, gradient, table: table, scale: 1, decay: 0.01, threads: 1) { _ in 1e-5 } },
        ])
        return line("AdamW, a step", times[1], 7, inner * width, times[0])
    }

    private func copying(_ rows: Int, _ columns: Int) -> () -> Void {
        let (from, to) = (numbers(rows, columns), numbers(rows, columns))
        return { to.view.copy(from: from.view) }
    }

    private func line(_ name: String, _ time: Double, _ floats: Int, _ elements: Int, _ copy: Double) -> [Line] {
        let bytes = 4 * Double(elements) / 1e9
        return [
            Line(
                "\(name) (\(rounded(1e9 * time / Double(elements), 2)) ns/element)", Double(floats) * bytes / time, "GB/s",
                of: 2 * bytes / copy)
        ]
    }
}
