/// Whole sequences laid end to end, without padding: sequence i is the tokens `starts[i]` ..< `starts[i + 1]`.
package struct Sequences: Sendable {
    package let ids: [Int32]
    package let starts: [Int]
    /// Where the first token and the first sequence stand in the batch; they seed dropout, so that its coins do not depend on micro-batches.
    package let firstToken: Int
    package let firstSequence: Int

    package init(ids: [Int32], starts: [Int], firstToken: Int = 0, firstSequence: Int = 0) {
        precondition(starts.first == 0 && starts.last == ids.count)
        self.ids = ids
        self.starts = starts
        self.firstToken = firstToken
        self.firstSequence = firstSequence
    }

    package init(_ rows: some Sequence<[Int32]>, firstToken: Int = 0, firstSequence: Int = 0) {
        var ids: [Int32] = []
        var starts = [0]
        for row in rows {
            ids += row
            starts.append(ids.count)
        }
        self.init(ids: ids, starts: starts, firstToken: firstToken, firstSequence: firstSequence)
    }

    package var count: Int { starts.count - 1 }
    package var tokenCount: Int { ids.count }

    package func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// The first token of each sequence, as a sequence of its own.
    package var firstTokens: Sequences {
        Sequences(
            ids: (0..<count).map { ids[starts[$0]] }, starts: Array(0...count), firstToken: firstSequence, firstSequence: firstSequence)
    }

    package var longest: Int { (0..<count).reduce(0) { max($0, range($1).count) } }
}

/// What one micro-batch takes with it on its way through a network.
package struct Pass {
    package let weights: Parameters
    package var products: Products
    package private(set) var sequences: Sequences
    /// Whether they are each sequence's first token alone. Products with so few rows have a way of their own.
    package private(set) var isOfFirstTokens = false
    package let arena: Arena
    /// Whether a backward pass will follow: then nothing that it needs is overwritten.
    package let keepsTape: Bool
    /// The step's coins, or nil where nothing is dropped.
    package let dropoutKey: DropoutKey?
    /// How many blocks lie below; tells apart the uses of a block that is used more than once.
    package var layer = 0
    /// The first block above what is frozen, if anything is: nobody asks for the gradient of its input.
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

    /// Whether nobody asks for the gradient of what this block is given. The block may answer anything then.
    package var hasFrozenInput: Bool { layer == lowestTrained }

    /// First tokens are so few that bytes would not spare time, and what is computed of them goes right to the head: integers give way to floats.
    var precision: Precision { isOfFirstTokens && products.precision == .int8 ? .fp32 : products.precision }

    /// x as a factor of products, rounded as this pass computes them, for all layers that take it.
    package func factor(_ x: Rows) -> Factor { Factor(x, precision, arena) }

    /// The same pass for what is computed of each sequence's first token alone.
    package var ofFirstTokens: Pass {
        var pass = self
        pass.sequences = sequences.firstTokens
        pass.isOfFirstTokens = true
        return pass
    }
}

/// The backward pass through a layer: from the gradient of its output to the gradient of its input, adding what its parameters are owed
/// to the ledger. It is called at most once, while the pass's arena still holds what the way forward wrote.
///
/// An elementwise layer may answer in place of `dy`; every other one leaves `dy` as it is, for a residual goes on with it.
package typealias Backward = (_ dy: Rows, _ deferred: DeferredGradients) -> Rows
