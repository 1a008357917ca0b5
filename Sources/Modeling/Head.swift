import TenorLayers

/// The part on top of the blocks: pooling, dropout, dense layer, activation, norm, dropout, classifier. All but pooling and classifier are
/// present only if the family has them.
package struct Head: Sendable {
    package var pooling: Pooling
    var dropoutBefore: Dropout?
    var dense: Linear?
    var activation: Activation = .tanh
    var norm: LayerNorm?
    var dropout: Dropout?
    package var classifier: Linear

    /// Pooled states [sequences, width] -> logits [sequences, labels].
    package func classify(_ pooled: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (x, backwardFeatures) = features(pooled, pass)
        let (logits, backwardClassifier) = classifier.forward(x, pass)
        return (logits, { dy, deferred in backwardFeatures(backwardClassifier(dy, deferred), deferred) })
    }

    /// Pooled states [sequences, width] -> the classifier's input [sequences, inputs].
    package func features(_ pooled: Rows, _ pass: Pass) -> (Rows, Backward) {
        var x = pooled
        var backwards: [Backward] = []
        func apply(_ step: (Rows, Backward)) {
            x = step.0
            backwards.append(step.1)
        }
        if let dropoutBefore {
            let copy = pass.arena.rows(x.count, x.width)  // dropout works in place, and the pooled states may be cached
            copy.copy(from: x)
            x = copy
            apply(dropoutBefore.forward(pooled: x, pass))
        }
        if let dense {
            apply(dense.forward(x, pass))
            apply(activation.forward(x, pass))
            if let norm { apply(norm.forward(x, pass)) }
        } else if dropoutBefore == nil, pass.dropoutKey != nil {
            let copy = pass.arena.rows(x.count, x.width)
            copy.copy(from: x)
            x = copy
        }
        if let dropout { apply(dropout.forward(pooled: x, pass)) }
        let ways = backwards
        return (x, { dy, deferred in ways.reversed().reduce(dy) { dy, backward in backward(dy, deferred) } })
    }
}

extension Head {
    /// The head of a sentence encoder: the mean of the states, normalized or not, dropout, and one linear layer.
    static func sentence(_ pooling: Pooling, _ width: Int, _ labels: Int, dropout: Float, in table: inout ParameterTable) -> Head {
        Head(
            pooling: pooling, dropout: Dropout(rate: dropout, in: &table),
            classifier: Linear("classifier", width, labels, in: &table))
    }

    /// Whether this is ``sentence(_:_:_:dropout:in:)``, the head of a sentence-transformers folder, rather than a family's own head.
    package var isSentenceHead: Bool { pooling.isMean && dense == nil }

    /// BERT's head on the first token: a pooler, tanh, dropout, a classifier.
    static func pooler(_ name: String, _ width: Int, _ labels: Int, dropout: Float, in table: inout ParameterTable) -> Head {
        Head(
            pooling: .first, dense: Linear(name, width, width, in: &table), activation: .tanh,
            dropout: Dropout(rate: dropout, in: &table), classifier: Linear("classifier", width, labels, in: &table))
    }

    /// RoBERTa's head on the first token: dropout, a dense layer with activation, dropout, a projection to the labels.
    static func dense(
        _ width: Int, _ labels: Int, activation: Activation = .tanh, dropout: Float, in table: inout ParameterTable
    ) -> Head {
        Head(
            pooling: .first, dropoutBefore: Dropout(rate: dropout, in: &table),
            dense: Linear("classifier.dense", width, width, in: &table), activation: activation,
            dropout: Dropout(rate: dropout, in: &table), classifier: Linear("classifier.out_proj", width, labels, in: &table))
    }
}
