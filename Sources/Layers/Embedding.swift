import CTenorVector

/// y[t] = E[ids[t]], with E [vocabulary, width].
package struct Embedding: Sendable {
    package let weight: Slot
    package let width: Int

    /// - Parameter paddingRow: the row that gets no gradient, like `padding_idx` in PyTorch, or nil.
    package init(_ name: String, _ vocabulary: Int, _ width: Int, paddingRow: Int? = nil, in table: inout ParameterTable) {
        self.width = width
        weight = table.matrix("\(name).weight", [vocabulary, width], paddingRow: paddingRow)
    }

    /// Adds to y, so that several embeddings can be summed in place. The backward pass returns its argument.
    package func forward(_ ids: [Int32], addingTo y: Rows, _ pass: Pass) -> Backward {
        let rows = pass.weights.rows(weight)
        for (token, id) in ids.enumerated() { vector_add(rows.row(Int(id)), y.row(token), width) }
        return { dy, deferred in
            deferred.addRows(ids: ids, dy: dy, to: weight)
            return dy
        }
    }
}
