/// Sequences concatenated without padding: sequence i is the tokens `starts[i]` ..< `starts[i + 1]`.
package struct Sequences: Sendable {
    package let ids: [Int32]
    package let starts: [Int]
    /// The positions of the first token and the first sequence in the batch. They enter the dropout key, so that dropout does not depend on
    /// the micro-batches.
    package let firstToken: Int
    package let firstSequence: Int
    /// The id of the token that pads, which some families do not count in positions; -1 if there is none.
    package let padding: Int32
    /// For each sequence, the place in it of the first token of type 1, or its length if all have type 0. Empty if no sequence has one.
    private let seconds: [Int]

    package init(
        ids: [Int32], starts: [Int], seconds: [Int] = [], firstToken: Int = 0, firstSequence: Int = 0, padding: Int32 = -1
    ) {
        precondition(starts.first == 0 && starts.last == ids.count && (seconds.isEmpty || seconds.count == starts.count - 1))
        self.ids = ids
        self.starts = starts
        self.seconds = seconds
        self.firstToken = firstToken
        self.firstSequence = firstSequence
        self.padding = padding
    }

    package init(_ rows: some Sequence<[Int32]>, firstToken: Int = 0, firstSequence: Int = 0, padding: Int32 = -1) {
        var ids: [Int32] = []
        var starts = [0]
        for row in rows {
            ids += row
            starts.append(ids.count)
        }
        self.init(ids: ids, starts: starts, firstToken: firstToken, firstSequence: firstSequence, padding: padding)
    }

    package var count: Int { starts.count - 1 }
    package var tokenCount: Int { ids.count }

    /// The place in a sequence of its first token of type 1; its length if all have type 0.
    package func second(_ index: Int) -> Int { seconds.isEmpty ? range(index).count : seconds[index] }

    /// The token types, 0 or 1, of all tokens.
    package var types: [Int32] {
        if seconds.isEmpty { return Array(repeating: 0, count: tokenCount) }
        return (0..<count).flatMap { index in (0..<range(index).count).map { $0 < seconds[index] ? 0 : 1 } }
    }

    package func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The first token of each sequence, as a sequence of length 1.
    package var firstTokens: Sequences {
        Sequences(
            ids: (0..<count).map { ids[starts[$0]] }, starts: Array(0...count), firstToken: firstSequence, firstSequence: firstSequence,
            padding: padding)
    }

    package var longest: Int { (0..<count).reduce(0) { max($0, range($1).count) } }
}

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
