/// The context of one micro-batch's pass through a network.
package struct Pass {
    package let weights: Parameters
    package var products: Products
    package private(set) var sequences: Sequences
    /// Whether the sequences are each sequence's first token alone. Products with so few rows use the small-m kernels.
    package private(set) var isOfFirstTokens = false
    package let arena: Arena
    /// Whether a backward pass will follow, so that nothing it needs may be overwritten.
    package let keepsTape: Bool
    /// The step's dropout key, or nil if nothing is dropped.
    package let dropoutKey: DropoutKey?
    /// The number of blocks below; distinguishes the uses of a block that is used more than once.
    package var layer = 0
    /// The first block above the frozen boundary, if there is one: the gradient of its input is not needed.
    package let lowestTrained: Int?

    package init(
        weights: Parameters, products: Products = Products(), sequences: Sequences, arena: Arena, keepsTape: Bool = false,
        dropoutKey: DropoutKey? = nil, lowestTrained: Int? = nil
    ) {
        self.weights = weights
        self.products = products
        self.sequences = sequences
        self.arena = arena
        self.keepsTape = keepsTape
        self.dropoutKey = dropoutKey
        self.lowestTrained = lowestTrained
    }

    /// Whether the gradient of this block's input is not needed. The block's backward pass may return anything then.
    package var hasFrozenInput: Bool { layer == lowestTrained }

    /// First tokens are so few that int8 would not save time, and their result goes straight to the head, so fp32 replaces int8.
    var precision: Precision { isOfFirstTokens && products.precision == .int8 ? .fp32 : products.precision }

    /// x as a factor of products, converted to this pass's precision, for all layers that take it.
    package func factor(_ x: Rows) -> Factor { Factor(x, precision, arena) }

    /// The same pass for computations on each sequence's first token alone.
    package var ofFirstTokens: Pass {
        var pass = self
        pass.sequences = sequences.firstTokens
        pass.isOfFirstTokens = true
        return pass
    }
}

/// The backward pass of a layer: maps the gradient of its output to the gradient of its input and records the gradients of its parameters
/// in `deferred`. It is called at most once, while the pass's arena still holds what the forward pass wrote.
///
/// Elementwise layers and mean pooling may overwrite `dy`; every other layer leaves it unchanged, because a residual connection still uses
/// it.
package typealias Backward = (_ dy: Rows, _ deferred: DeferredGradients) -> Rows
