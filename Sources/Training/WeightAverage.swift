import TenorLayers
import TenorModeling

extension Model {
    /// The model whose every weight is the mean of these models' weights, of this one and others of the same shape.
    ///
    /// For classifiers on the same features this averages their logits. Models that were tuned from the same start stay close enough for
    /// the mean to be as good as averaging their logits, at the cost of one model (Wortsman et al. 2022, "Model soups").
    func averaged(with others: [Model]) -> Model {
        var result = self
        for slot in table.slots {
            let parts = others.map { $0.weights[slot] }
            let own = weights[slot]
            var sums = own.elements.map(Double.init)
            for part in parts {
                let view = part.view
                for index in sums.indices { sums[index] += Double(view.base[index]) }
            }
            let count = Double(others.count + 1)
            result.weights[slot] = Matrix(rows: own.rows, columns: own.columns, sums.map { Float($0 / count) })
        }
        return result
    }
}
