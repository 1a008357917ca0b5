import TenorLayers
import TenorThreads

/// A classifier: an encoder and a head, their weights, and the names of the labels.
package struct Model: Sendable {
    package var configuration: Configuration
    package let family: Family
    package let network: Network
    package private(set) var table: ParameterTable
    private var parameters: Parameters
    package var weights: Parameters {
        get { parameters }
        // Mutates in place; with a property observer the caller would change a copy of everything.
        _modify {
            defer { products = Products(products.precision) }
            yield &parameters
        }
    }
    package let task: Task
    package let labels: [String]
    /// Computes the layers' products. It caches copies of the weights, so changed weights need a new one.
    package var products = Products()
    let arenas = Arenas()

    init(
        _ configuration: Configuration, _ family: Family, _ network: Network, _ table: ParameterTable, _ weights: Parameters,
        task: Task, labels: [String]
    ) {
        self.configuration = configuration
        self.family = family
        self.network = network
        self.table = table
        parameters = weights
        self.task = task
        self.labels = labels
    }

    /// Lets `step` change weights in place. It must call `stepped` for all rows of every weight that it changes, from any thread, once they
    /// have their final values. That updates the copies for products while the rows are in the cache.
    package mutating func step(_ step: (inout Parameters, _ stepped: (Slot, Rows, Range<Int>) -> Void) -> Void) {
        let products = products.renewed
        step(&parameters, products.update)
        self.products = products
    }

    package var encoder: any Encoder { network.encoder }
    package var head: Head { network.head }

    /// Logits [rows, labels] of rows of token ids, or of the frozen part's output at `boundary`. Rows do not affect each other;
    /// micro-batches run on `threads` threads.
    package func logits(
        _ rows: [TokenRow], from below: Batch.Below = .nothing, above boundary: FrozenBoundary = .belowEverything, threads: Int
    ) -> Matrix {
        if rows.haveWindows {
            if case .pooled(let states) = below { return classified(states, threads: threads) }
            return classified(pooled(rows, from: below, above: boundary, threads: threads).rowViews, threads: threads)
        }
        return logits(
            rows, from: below, above: boundary,
            microBatches: MicroBatches.split(rows.lazy.map(\.count), tokens: MicroBatches.forwardTokens), threads: threads)
    }

    /// The logits [rows, labels] for pooled states, each [1, width].
    private func classified(_ pooled: [Rows], threads: Int) -> Matrix {
        // What is pooled needs no tokens.
        let rows = [TokenRow](repeating: [0], count: pooled.count)
        return logits(
            rows, from: .pooled(pooled), above: .after(blocks: encoder.blockCount),
            microBatches: MicroBatches.split(rows.lazy.map(\.count), tokens: MicroBatches.forwardTokens), threads: threads)
    }

    /// Logits [rows, labels] of a few rows, computed as one micro-batch on this thread. A row's logits are NaN if a weight that was used
    /// for it is not finite, even if softmax or the rounding to int8 would hide that. This covers weights of products and the rows of the
    /// token embeddings; use ``firstNonFinite(threads:where:)`` for the others.
    package func logits(microBatch rows: [TokenRow]) -> Matrix {
        var logits =
            rows.haveWindows
            ? classified(pooled(rows, threads: 1).rowViews, threads: 1)
            : logits(rows, from: .nothing, above: .belowEverything, microBatches: [rows.indices], threads: 1)
        let tokenEmbeddings = weights[encoder.tokenEmbeddings].view
        for (row, tokens) in rows.enumerated() {
            let isSound = !products.hasMetNonFinite && tokens.ids.allSatisfy { tokenEmbeddings[Int($0)..<Int($0) + 1].isFinite }
            if !isSound { logits.mutableView()[row..<row + 1].fill(.nan) }
        }
        return logits
    }

    /// Whether ``logits(microBatch:)`` checks this weight itself when it is used.
    package func isLookedAtInUse(_ slot: Slot) -> Bool {
        slot == encoder.tokenEmbeddings || table[slot].outputs != nil && table[slot].depth != ParameterTable.carriedDepth
    }

    private func logits(
        _ rows: [TokenRow], from below: Batch.Below, above boundary: FrozenBoundary, microBatches: [Range<Int>], threads: Int
    ) -> Matrix {
        map(rows, width: labels.count, microBatches: microBatches, threads: threads) { pass, microBatch in
            head.classify(pooled(below, above: boundary, pass, microBatch), pass).0
        }
    }

    /// The pooled states of a micro-batch, [sequences, width].
    private func pooled(_ below: Batch.Below, above boundary: FrozenBoundary, _ pass: Pass, _ microBatch: Range<Int>) -> Rows {
        let x: Rows
        switch below {
        case .nothing: x = encoder.embed(pass).0
        case .states(let states): x = gathered(states[microBatch], pass.arena)
        case .pooled(let states): return gathered(states[microBatch], pass.arena)
        }
        return encoder.pooled(x, through: boundary.trainableBlocks(of: encoder), head.pooling, pass).0
    }

    /// The classifier's inputs [rows, inputs] of rows of token ids, or of the frozen part's output at `boundary`.
    package func features(
        _ rows: [TokenRow], from below: Batch.Below = .nothing, above boundary: FrozenBoundary = .belowEverything, threads: Int
    ) -> Matrix {
        var (rows, below, boundary) = (rows, below, boundary)
        if rows.haveWindows {
            if !below.isPooled { below = .pooled(pooled(rows, from: below, above: boundary, threads: threads).rowViews) }
            (rows, boundary) = (rows.map { _ in [0] }, .after(blocks: encoder.blockCount))
        }
        let (states, frozen) = (below, boundary)
        let microBatches = MicroBatches.split(rows.lazy.map(\.count), tokens: MicroBatches.forwardTokens)
        return map(rows, width: head.classifier.inputs, microBatches: microBatches, threads: threads) { pass, microBatch in
            head.features(pooled(states, above: frozen, pass, microBatch), pass).0
        }
    }

    /// The pooled states, [rows, width], of rows of token ids, or of the frozen part's output at `boundary`: of a row with several windows
    /// the mean of theirs. The windows are computed in micro-batches of their own, so that memory does not depend on their number.
    package func pooled(
        _ rows: [TokenRow], from below: Batch.Below = .nothing, above boundary: FrozenBoundary = .belowEverything,
        dropoutKey: DropoutKey? = nil, threads: Int
    ) -> Matrix {
        if rows.haveWindows {
            let windows = pooled(
                rows.flatMap(\.windows), from: below.windows(of: rows), above: boundary, dropoutKey: dropoutKey, threads: threads)
            return rows.means(ofWindows: windows.view)
        }
        let microBatches = MicroBatches.split(rows.lazy.map(\.count), tokens: MicroBatches.forwardTokens)
        return map(rows, width: encoder.width, dropoutKey: dropoutKey, microBatches: microBatches, threads: threads) { pass, microBatch in
            pooled(below, above: boundary, pass, microBatch)
        }
    }

    /// The model whose outputs are z · scale + shift, where z are this model's, one scale and shift for each output. A family whose
    /// classifier has no bias takes no shift.
    package func withOutputs(scaledBy scales: [Double], shiftedBy shifts: [Double]) -> Model {
        let classifier = head.classifier
        let (outputs, inputs) = (classifier.outputs, classifier.inputs)
        let weights = weights[classifier.weight].elements.map(Double.init)
        let bias = classifier.bias.map { self.weights[$0].elements.map(Double.init) } ?? [Double](repeating: 0, count: outputs)
        return with(
            classifierWeights: (0..<outputs * inputs).map { weights[$0] * scales[$0 / inputs] },
            bias: (0..<outputs).map { bias[$0] * scales[$0] + shifts[$0] })
    }

    /// The same model with another classifier on top of the same features.
    ///
    /// - Parameters:
    ///   - weights: [outputs, inputs], row-major.
    ///   - bias: [outputs]; ignored if the family's classifier has no bias.
    package func with(classifierWeights weights: [Double], bias: [Double]) -> Model {
        let classifier = head.classifier
        precondition(weights.count == classifier.outputs * classifier.inputs && !classifier.isTransposed)
        var model = self
        model.weights[classifier.weight] = Matrix(rows: classifier.outputs, columns: classifier.inputs, weights.map(Float.init))
        if let slot = classifier.bias { model.weights[slot] = Matrix(rows: 1, columns: classifier.outputs, bias.map(Float.init)) }
        return model
    }

    /// The states at a boundary, [tokens, width], of all rows concatenated; or pooled, [rows, width].
    package func states(_ rows: [TokenRow], below boundary: FrozenBoundary, pooled: Bool, threads: Int) -> Matrix {
        if rows.haveWindows {
            let states = states(rows.flatMap(\.windows), below: boundary, pooled: pooled, threads: threads)
            return pooled ? rows.means(ofWindows: states.view) : states
        }
        let microBatches = MicroBatches.split(rows.lazy.map(\.count), tokens: MicroBatches.forwardTokens)
        return map(rows, width: encoder.width, perToken: !pooled, microBatches: microBatches, threads: threads) { pass, _ in
            let (x, blocks) = (encoder.embed(pass).0, boundary.frozenBlocks(of: encoder))
            return pooled ? encoder.pooled(x, through: blocks, head.pooling, pass).0 : encoder.forward(x, through: blocks, pass).0
        }
    }

    /// Runs `body` on the micro-batches of `rows` and concatenates its results: one row of `width` per sequence, or per token if
    /// `perToken`.
    private func map(
        _ rows: [TokenRow], width: Int, perToken: Bool = false, dropoutKey: DropoutKey? = nil, microBatches: [Range<Int>], threads: Int,
        _ body: (_ pass: Pass, _ microBatch: Range<Int>) -> Rows
    ) -> Matrix {
        var (starts, tokens) = ([0], [0])
        for row in rows {
            starts.append(starts.last! + (perToken ? row.count : 1))
            tokens.append(tokens.last! + row.count)
        }
        let (bounds, firstTokens) = (starts, tokens)
        return Matrix(rows: bounds.last!, columns: width) { result in
            let base = result.baseAddress!
            parallel(microBatches.count, threads: threads) { index in
                let arena = arenas.take()
                defer { arenas.give(arena) }
                let microBatch = microBatches[index]
                let sequences = Sequences(
                    rows[microBatch], firstToken: firstTokens[microBatch.lowerBound], firstSequence: microBatch.lowerBound,
                    padding: paddingID)
                let pass = Pass(weights: weights, products: products, sequences: sequences, arena: arena, dropoutKey: dropoutKey)
                let answer = body(pass, microBatch)
                (base + bounds[microBatch.lowerBound] * width).update(from: answer.base, count: answer.elementCount)
            }
        }
    }
}

/// Concatenates `rows` in the arena.
func gathered(_ rows: ArraySlice<Rows>, _ arena: Arena) -> Rows {
    let x = arena.rows(rows.reduce(0) { $0 + $1.count }, rows.first!.width)
    var at = 0
    for row in rows {
        x[at..<at + row.count].copy(from: row)
        at += row.count
    }
    return x
}

extension Model {
    /// The name of the first parameter among those that `isIncluded` selects that holds a NaN or an infinity. Reads every number.
    package func firstNonFinite(threads: Int, where isIncluded: (Slot) -> Bool = { _ in true }) -> String? {
        let parts = weights.matrices.enumerated().filter { isIncluded(Slot($0.offset)) }.flatMap { index, matrix in
            let step = max(1, (1 << 18) / max(matrix.columns, 1))
            return stride(from: 0, to: matrix.rows, by: step).map { (index, $0..<min($0 + step, matrix.rows)) }
        }
        let found = Lock(Set<Int>())
        parallel(parts.count, threads: threads) { part in
            let (index, rows) = parts[part]
            if !weights.matrices[index].view[rows].isFinite { found.withLock { _ = $0.insert(index) } }
        }
        return found.withLock { $0.min() }.map { table.entries[$0].name }
    }
}

extension Model {
    /// The same model with other token embeddings: `rows`, [vocabulary, width].
    ///
    /// - Parameter paddingRow: the row that gets no gradient, or nil.
    package func with(tokenEmbeddings rows: Matrix, paddingRow: Int?) -> Model {
        var model = self
        model.table.resize(encoder.tokenEmbeddings, rows: rows.rows, paddingRow: paddingRow)
        model.weights[encoder.tokenEmbeddings] = rows
        return model
    }

    /// The id of the token that pads, -1 if there is none.
    var paddingID: Int32 { Int32(table[encoder.tokenEmbeddings].paddingRow ?? -1) }
}
