import CTenorVector

/// An elementwise function between two linear layers, named as in config.json.
package enum Activation: String, Sendable, CaseIterable {
    /// x Φ(x), with the error function (Hendrycks and Gimpel 2016).
    case gelu
    /// The tanh form: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
    case geluTanh = "gelu_new"
    case relu
    case tanh

    /// Accepts the names used in transformers' `activations.py`.
    package init?(configuration name: String) {
        switch name {
        case "gelu": self = .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .geluTanh
        case "relu": self = .relu
        case "tanh": self = .tanh
        default: return nil
        }
    }

    /// y = f(x), both [tokens, width]. Overwrites x if no backward pass will follow.
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.keepsTape ? pass.arena.rows(x.count, x.width) : x
        apply(x, into: y)
        return (y, { dy, _ in applyBack(x, dy) })
    }

    /// y = f(x); y may be x.
    func apply(_ x: Rows, into y: Rows) {
        let count = x.elementCount
        switch self {
        case .gelu: vector_gelu(x.base, y.base, count)
        case .geluTanh: vector_gelu_tanh(x.base, y.base, count)
        case .tanh: vector_tanh(x.base, y.base, count)
        case .relu: for index in 0..<count { y.base[index] = max(x.base[index], 0) }
        }
    }

    /// y = f(x), with an approximation error smaller than that of rounding to 8 bits; y may be x.
    func applyNearly(_ x: Rows, into y: Rows) {
        switch self {
        case .gelu: vector_gelu_near(x.base, y.base, x.elementCount)
        case .geluTanh, .relu, .tanh: apply(x, into: y)
        }
    }

    /// dx = dy · f'(x), in place of dy.
    func applyBack(_ x: Rows, _ dy: Rows) -> Rows {
        let count = x.elementCount
        switch self {
        case .gelu: vector_gelu_backward(x.base, dy.base, dy.base, count)
        case .geluTanh: vector_gelu_tanh_backward(x.base, dy.base, dy.base, count)
        case .tanh: vector_tanh_backward(x.base, dy.base, dy.base, count)
        case .relu: for index in 0..<count where x.base[index] <= 0 { dy.base[index] = 0 }
        }
        return dy
    }

    /// Like ``applyBack(_:_:)``, with an approximation error smaller than that of rounding to 8 bits.
    func applyBackNearly(_ x: Rows, _ dy: Rows) -> Rows {
        guard self == .gelu else { return applyBack(x, dy) }
        vector_gelu_backward_near(x.base, dy.base, dy.base, x.elementCount)
        return dy
    }
}
