import TenorLayers

extension Model {
    /// The same model with linear layers without a bias beside it, which map its pooled states to other widths. They are trained with it and
    /// are in no file that it is saved to. A nil in `widths` stands for no layer.
    ///
    /// - Returns: the model, whose table ends with the new parameters, all zero; and for each width its layer.
    package func with(projectionsTo widths: [Int?]) -> (model: Model, projections: [Linear?]) {
        var table = table
        table.depth = projectionDepth
        let projections = widths.enumerated().map { index, width in
            width.map { Linear("projection.\(index)", encoder.width, $0, bias: false, in: &table) }
        }
        let new = table.entries[self.table.entries.count...].map { Matrix(rows: $0.rows, columns: $0.columns) }
        let all = Parameters(weights.matrices + new)
        return (Model(configuration, family, network, table, all, task: task, labels: labels), projections)
    }

    /// This model with the weights of one that ``with(projectionsTo:)`` made of it.
    package func with(weightsOf projected: Model) -> Model {
        var model = self
        model.weights = Parameters(Array(projected.weights.matrices.prefix(table.entries.count)))
        return model
    }

    /// The depth of projections: above all blocks, beside the head.
    package var projectionDepth: Int { encoder.blockCount + 1 }
}
