/// y[t] = b + Σ_k W[:, :, k] x[t + k - (K - 1) / 2] over the tokens of one sequence, with odd K; x is zero beyond the ends of the sequence.
/// W is [outputs, inputs, K], as in `torch.nn.Conv1d`.
package struct Convolution: Sendable {
    package let weight: Slot
    private let bias: Slot
    private let inputs: Int
    private let outputs: Int
    private let kernel: Int

    /// Declares `name.weight` and `name.bias`.
    package init(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, in table: inout ParameterTable) {
        precondition(kernel % 2 == 1)
        self.inputs = inputs
        self.outputs = outputs
        self.kernel = kernel
        weight = table.matrix("\(name).weight", [outputs, inputs, kernel])
        bias = table.vector("\(name).bias", outputs, .zeros)
    }

    /// [tokens, inputs] -> [tokens, outputs], as one product with each token's neighborhood, [tokens, inputs · K] (im2col).
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let around = pass.arena.rows(x.count, inputs * kernel)
        around.clear()
        each(pass) { token, neighbour, k in
            let (from, to) = (x.row(neighbour), around.row(token) + k)
            for channel in 0..<inputs { to[channel * kernel] = from[channel] }
        }
        let y = pass.arena.rows(x.count, outputs)
        for token in 0..<y.count { y.row(token).update(from: pass.weights.base(bias), count: outputs) }
        multiply(around.window, pass.weights.rows(weight).window.transposed, into: y.window, adding: true, pass.arena)
        return (
            y,
            { dy, deferred in
                deferred.addProduct(dy: dy, x: around, to: weight)
                deferred.addSums(dy: dy, to: bias)
                let dAround = pass.arena.rows(around.count, around.width)
                multiply(dy.window, pass.weights.rows(weight).window, into: dAround.window, pass.arena)
                let dx = pass.arena.rows(x.count, inputs)
                dx.clear()
                each(pass) { token, neighbour, k in
                    let (from, to) = (dAround.row(token) + k, dx.row(neighbour))
                    for channel in 0..<inputs { to[channel] += from[channel * kernel] }
                }
                return dx
            }
        )
    }

    /// Calls `body` with each token, each of its neighbors within the sequence, and the neighbor's position k in the kernel.
    private func each(_ pass: Pass, _ body: (_ token: Int, _ neighbour: Int, _ k: Int) -> Void) {
        for sequence in 0..<pass.sequences.count {
            let range = pass.sequences.range(sequence)
            for token in range {
                for k in 0..<kernel where range.contains(token + k - kernel / 2) { body(token, token + k - kernel / 2, k) }
            }
        }
    }
}
