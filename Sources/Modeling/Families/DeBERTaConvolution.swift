import TenorLayers

/// The addition to the first block in the large v2 models: z = norm(y + activation(dropout(convolution(x)))), where x is the embeddings and
/// y the output of the block.
struct DeBERTaConvolution: Sendable {
    let convolution: Convolution
    let dropout: Dropout
    let activation: Activation
    let norm: LayerNorm

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let kernel = try configuration.size("conv_kernel_size")
        guard kernel % 2 == 1, kernel < 256 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "conv_kernel_size", found: "\(kernel)", needed: "0 or an odd number below 256")
        }
        convolution = Convolution("\(name).conv", width, width, kernel: kernel, in: &table)
        dropout = Dropout(rate: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table)
        activation = try configuration.activation("conv_act", default: "tanh")
        norm = LayerNorm("\(name).LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table)
    }

    /// The backward pass returns no dx if everything below the blocks is frozen, because it is not needed.
    func forward(_ x: Rows, addingTo y: Rows, _ pass: Pass) -> (Rows, (_ dz: Rows, DeferredGradients) -> (dx: Rows?, dy: Rows)) {
        let (c, backwardConvolution) = convolution.forward(x, pass)
        let (kept, backwardDropout) = dropout.forward(c, pass)
        let (a, backwardActivation) = activation.forward(kept, pass)
        let (z, backwardNorm) = norm.forward(a, adding: y, pass)
        return (
            z,
            { dz, deferred in
                let dy = backwardNorm(dz, deferred)
                guard !pass.hasFrozenInput else { return (nil, dy) }
                let da = pass.arena.rows(dy.count, dy.width)  // a copy, because the activation's backward pass works in place
                da.copy(from: dy)
                return (backwardConvolution(backwardDropout(backwardActivation(da, deferred), deferred), deferred), dy)
            }
        )
    }
}
