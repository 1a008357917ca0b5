import TenorLayers

/// The seconds that a layer takes forward, back, and in settling what its weights are owed, beside a ceiling with which it takes turns.
struct Stages {
    let ceiling: Double
    let forward: Double
    let backward: Double
    let accumulating: Double

    /// - Parameters:
    ///   - table: where the layer has declared its parameters.
    ///   - shape: tokens, the width of the input and that of the output.
    init(
        _ shape: (tokens: Int, inputs: Int, outputs: Int), _ precision: Precision = .fp32, _ table: ParameterTable = ParameterTable(),
        beside ceiling: @escaping () -> Void, _ layer: @escaping (Rows, Pass) -> (Rows, Backward)
    ) {
        let weights = Parameters(table.entries.enumerated().map { numbers($1.rows, $1.columns, seed: UInt64($0)) })
        let arena = Arena()
        let pass = Pass(
            weights: weights, products: Products(precision), sequences: Sequences([Array(repeating: 0, count: shape.tokens)]), arena: arena,
            keepsTape: true)
        let (x, dy) = (numbers(shape.tokens, shape.inputs), numbers(shape.tokens, shape.outputs))
        let deferred = DeferredGradients(Trainable(table) { _ in true })
        var gradient = Parameters(zerosFor: table, Trainable(table) { _ in true })

        // A backward pass may write over its argument, so each gets a fresh copy; the time for that is taken off.
        func start() -> Rows {
            arena.reset()
            deferred.reset()
            let copy = arena.rows(shape.tokens, shape.outputs)
            copy.copy(from: dy.view)
            return copy
        }
        func thereAndBack() {
            let dy = start()
            _ = layer(x.view, pass).1(dy, deferred)
        }
        var bodies = [
            ceiling, { _ = start() },
            {
                _ = start()
                _ = layer(x.view, pass)
            },
        ]
        // Integers have no backward pass.
        if precision != .int8 {
            bodies += [
                thereAndBack,
                {
                    thereAndBack()
                    DeferredGradients.accumulate([deferred], into: &gradient, adding: true, threads: 1)
                },
            ]
        }
        let times = seconds(bodies)
        let differences = zip(times.dropFirst(), times.dropFirst(2)).map { $1 - $0 } + [.nan, .nan]
        self.ceiling = times[0]
        (forward, backward, accumulating) = (differences[0], differences[1], differences[2])
    }
}
