import TenorLayers

extension Model {
    /// The same network with new weights, as if it had never been trained.
    ///
    /// Each parameter gets the initial values that its family declares in the table: matrices are normal with mean 0 and the standard
    /// deviation `initializer_range` of config.json (0.02 if it names none), biases are 0 and the scales of norms 1. Parameters that the
    /// network only carries from file to file stay as they are.
    package func fresh(seed: UInt64) throws -> Model {
        let deviation = try configuration.float("initializer_range", default: 0.02)
        var randomness = Randomness(seed: seed)
        let matrices = zip(table.entries, weights.matrices).map { entry, old in
            entry.depth == ParameterTable.carriedDepth ? old : Matrix(new: entry, deviation: deviation, &randomness)
        }
        var model = self
        model.weights = Parameters(matrices)
        return model
    }
}

extension Matrix {
    /// A newly initialized parameter: normal with mean 0, or all zeros or ones.
    init(new entry: ParameterTable.Entry, deviation: Float, _ randomness: inout Randomness) {
        switch entry.initial {
        case .zeros: self.init(rows: entry.rows, columns: entry.columns)
        case .ones: self.init(rows: entry.rows, columns: entry.columns, Array(repeating: 1, count: entry.count))
        case .normal:
            self.init(rows: entry.rows, columns: entry.columns, (0..<entry.count).map { _ in Float(randomness.normal()) * deviation })
        }
    }
}
