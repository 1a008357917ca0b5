import Layers

/// What stands on top of the blocks: pooling, then dropout, dense, activation, dropout, classifier, each but the last only where the family has it.
package struct Head: Sendable {
    package var pooling: Pooling
    var dropoutBefore: Dropout?
    var dense: Linear?
    var activation: Activation = .tanh
    var dropout: Dropout
    package var classifier: Linear

    /// [tokens, width] -> [sequences, width]
    package func pool(_ x: Rows, _ pass: Pass) -> (Rows, Backward) { pooling.forward(x, pass) }

    /// Pooled states [sequences, width] -> logits [sequences, labels].
    package func classify(_ pooled: Rows, _ pass: Pass) -> (Rows, Backward) {
        var x = pooled
        var backs: [Backward] = []
        func apply(_ step: (Rows, Backward)) {
            x = step.0
            backs.append(step.1)
        }
        if let dropoutBefore {
            let copy = pass.arena.rows(x.count, x.width)  // dropout works in place, and the pooled states may be kept ones
            copy.copy(from: x)
            x = copy
            apply(dropoutBefore.forward(pooled: x, pass))
        }
        if let dense {
            apply(dense.forward(x, pass))
            apply(activation.forward(x, pass))
        } else if dropoutBefore == nil, pass.coins != nil {
            let copy = pass.arena.rows(x.count, x.width)
            copy.copy(from: x)
            x = copy
        }
        apply(dropout.forward(pooled: x, pass))
        apply(classifier.forward(x, pass))
        let ways = backs
        return (x, { dy, ledger in ways.reversed().reduce(dy) { dy, back in back(dy, ledger) } })
    }
}
