import TenorLayers

extension Model {
    /// The same classifier with more labels after its own. Their weights and biases are the means of those of its own labels, so that a new
    /// label's logit starts as the mean of the others.
    package func grown(by added: [String]) throws -> Model {
        guard !added.isEmpty else { return self }
        let all = labels + added
        var table = ParameterTable()
        let network = try family.build(configuration, all.count, head.isSentenceHead ? head.pooling : nil, &table)
        let old = head.classifier
        precondition(!old.isTransposed && table.entries.count == self.table.entries.count)
        var matrices = weights.matrices
        let rows = weights[old.weight].elements.map(Double.init)
        let means = (0..<old.inputs).map { column in
            Float((0..<old.outputs).reduce(0) { $0 + rows[$1 * old.inputs + column] } / Double(old.outputs))
        }
        matrices[old.weight.index] = Matrix(
            rows: all.count, columns: old.inputs, weights[old.weight].elements + added.flatMap { _ in means })
        if let slot = old.bias {
            let biases = weights[slot].elements
            let mean = Float(biases.reduce(0) { $0 + Double($1) } / Double(old.outputs))
            matrices[slot.index] = Matrix(rows: 1, columns: all.count, biases + added.map { _ in mean })
        }
        var configuration = configuration
        configuration.setLabels(all)
        return Model(configuration, family, network, table, Parameters(matrices), task: task, labels: all)
    }
}
