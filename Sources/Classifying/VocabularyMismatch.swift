package struct VocabularyMismatch: Error, Equatable, CustomStringConvertible {
    let folder: String
    let pieces: Int
    let rows: Int

    package init(folder: String, pieces: Int, rows: Int) { (self.folder, self.pieces, self.rows) = (folder, pieces, rows) }

    package var description: String {
        "\(folder): the tokenizer has \(pieces) tokens, the model's table \(rows) rows; the two must belong together"
    }
}
