import Foundation
import TenorFiles

/// What transformers makes of pairs of texts, written by Tests/Fixtures/pairs.py.
package struct PairFixture: Sendable {
    package struct Row: Sendable {
        package let ids: [Int32]
        /// Token types; nil if the tokenizer gives none.
        package let types: [Int]?
        /// Of a model's rows: the index of the first token of the second text, and the logits.
        package let second: Int?
        package let logits: [Float]
    }

    package let texts: [(String, String)]
    package let lengths: [Int]
    /// For each tokenizer a row for each pair of texts at each length.
    package let tokenizers: [String: [Row]]
    package let models: [String: [Row]]

    package init() throws {
        let json = try JSON(readingFile: ModelFixture.path("pairs.json"))
        texts = json["texts"]!.array!.map { ($0.array![0].string!, $0.array![1].string!) }
        lengths = json["lengths"]!.array!.map { $0.int! }
        func rows(_ json: JSON?) -> [String: [Row]] {
            Dictionary(uniqueKeysWithValues: json!.object!.members.map { ($0.key, $0.value.array!.map(Self.row)) })
        }
        tokenizers = rows(json["tokenizers"])
        models = rows(json["models"])
    }

    private static func row(_ json: JSON) -> Row {
        Row(
            ids: json["ids"]!.array!.map { Int32($0.int!) }, types: json["types"]?.array?.map { $0.int! }, second: json["second"]?.int,
            logits: json["logits"]?.array?.map { Float($0.double!) } ?? [])
    }
}
