import TenorLayers
import TenorModeling

/// The tokens that occur in a run's rows, renumbered. Only their rows of the token embeddings take part in training, because most of a
/// multilingual model is its vocabulary, and a corpus uses little of it. The other rows change only by weight decay, which is applied at
/// the end, with the same bits.
struct OccurringTokens: Sendable {
    /// In ascending order. A token's new id is its index here.
    private let ids: [Int32]

    init(_ rows: [TokenRow]...) {
        var seen = Set<Int32>()
        for rows in rows { for row in rows { seen.formUnion(row.ids) } }
        ids = seen.sorted()
    }

    /// Rows with the new ids.
    func renumbered(_ rows: [TokenRow]) -> [TokenRow] {
        let places = Dictionary(uniqueKeysWithValues: zip(ids, Int32(0)...))
        return rows.map { row in
            var row = row
            for index in row.ids.indices { row.ids[index] = places[row.ids[index]]! }
            return row
        }
    }

    /// A model that takes rows with the new ids.
    func narrowed(_ model: Model) -> Model {
        let slot = model.encoder.tokenEmbeddings
        let tokenEmbeddings = model.weights.rows(slot)
        let paddingRow = model.table[slot].paddingRow.flatMap { ids.firstIndex(of: Int32($0)) }
        return model.with(
            tokenEmbeddings: Matrix(rows: ids.count, columns: tokenEmbeddings.width) { buffer in
                let rows = Rows(buffer.baseAddress!, count: ids.count, width: tokenEmbeddings.width)
                for (place, id) in ids.enumerated() {
                    rows.row(place).update(from: tokenEmbeddings.row(Int(id)), count: tokenEmbeddings.width)
                }
            }, paddingRow: paddingRow)
    }

    /// A model that takes rows with their original ids again.
    ///
    /// - Parameters:
    ///   - tokenEmbeddings: the whole table before training, [vocabulary, width].
    ///   - shares: for each step that trained the table, the factor by which it scaled a row without a gradient.
    func widened(_ model: Model, tokenEmbeddings: Matrix, shares: [Float], threads: Int) -> Model {
        let paddingRow = model.table[model.encoder.tokenEmbeddings].paddingRow.map { Int(ids[$0]) }
        guard !shares.isEmpty else { return model.with(tokenEmbeddings: tokenEmbeddings, paddingRow: paddingRow) }
        let (before, narrow) = (tokenEmbeddings.view, model.weights.rows(model.encoder.tokenEmbeddings))
        return model.with(
            tokenEmbeddings: Matrix(rows: before.count, columns: before.width) { buffer in
                let rows = Rows(buffer.baseAddress!, count: before.count, width: before.width)
                AdamW.decay(before, by: shares, into: rows, threads: threads)
                for (place, id) in ids.enumerated() { rows.row(Int(id)).update(from: narrow.row(place), count: rows.width) }
            }, paddingRow: paddingRow)
    }
}
