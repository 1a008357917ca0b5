import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

/// Moves the model in `base` onto the SentencePiece model `vocabulary` and writes the result as a model folder, completely or not at all.
/// - Throws: also ``UnusableFolder`` if the new folder does not open and take a text.
package func transplant(
    base: String, vocabulary: String, output: String, source: String?, license: String?, replacing replaced: OwnFolder?, version: String
) throws -> TransplantCounts {
    let folder = try ModelFolder(base)
    if folder.weights.isQuantized { throw QuantizedWeights(folder: base) }
    let old = try loadTokenizer(folder: base)
    let bytes = try MappedFile(vocabulary).withBytes { Array($0) }
    let files = try rembertTokenizerFiles(model: bytes, maxLength: nil)
    let new = try SentencePieceModel(bytes, file: vocabulary)
    let pieces = (0..<Int32(new.size)).map(new.piece)
    let table = try folder.tokenEmbeddings()
    guard old.vocabularySize <= table.matrix.rows else {
        throw VocabularyMismatch(folder: base, pieces: old.vocabularySize, rows: table.matrix.rows)
    }
    let moved = Transplant(pieces: pieces, from: old, table.matrix)
    let digest = SHA256.hexadecimal(of: bytes)
    try ReplacingFolder.write(to: output, replacing: replaced) { target in
        var configuration = folder.configuration
        configuration.json["vocab_size"] = .number(JSON.Number(pieces.count))
        configuration.json["pad_token_id"] = .number(JSON.Number(pieces.firstIndex(of: "<pad>") ?? 0))
        func write(_ text: String, to name: String) throws { try ReplacingFile.write(text.utf8, to: "\(target)/\(name)") }
        try write(JSON.object(configuration.json).serialized(.indented) + "\n", to: "config.json")
        let tensors = try folder.tensorNames.map { name in
            let shape = folder.weights.shape(of: name)!
            if name == table.name { return NamedTensor(name, shape: [pieces.count, table.matrix.columns], moved.tokenEmbeddings) }
            return NamedTensor(name, shape: shape, try folder.weights.matrix(name, shape: shape, rows: 1, columns: shape.reduce(1, *)))
        }
        try SafeTensorsWriter.write(tensors, to: "\(target)/model.safetensors")
        for file in files { try ReplacingFile.write(file.bytes, to: "\(target)/\(file.name)") }
        try folder.copyModules(to: target)
        let name = source ?? lastComponent(of: base)
        var origin: JSON.Object = ["name": .string(name), "weights_sha256": .string(try digestOfWeights(folder))]
        if let license { origin["license"] = .string(license) }
        let facts: JSON = [
            "format_version": .number(JSON.Number(TunedFacts.formatVersion)), "tenor": .string(version), "kind": "transplanted",
            "base": .object(origin),
            "vocabulary": [
                "file": .string(lastComponent(of: vocabulary)), "sha256": .string(digest), "pieces": .number(JSON.Number(pieces.count)),
                "twins": .number(JSON.Number(moved.twins)), "means": .number(JSON.Number(moved.means)),
                "unknown": .number(JSON.Number(moved.unknown)),
            ],
        ]
        try write(facts.serialized(.indented) + "\n", to: TunedFacts.fileName)
        try write(
            """
            ---
            \(license.map { "license: \($0.lowercased())\n" } ?? "")tags: [tenor]
            ---
            # \(lastComponent(of: output))

            \(name)\(license.map { " (\($0))" } ?? ""), moved by Tenor \(version) onto the SentencePiece vocabulary `\(lastComponent(of: vocabulary))` of \(pieces.count) \
            pieces: \(moved.twins) took the row of the same piece in the old vocabulary, \(moved.means) the mean of the rows of the old pieces that spell \
            them. Everything above the embedding table is as it was. This is a base: tune it for a task.
            """ + "\n", to: "README.md")
        try WrittenFolder(target, for: output).requireOutput(for: "a text")
    }
    return TransplantCounts(pieces: pieces.count, twins: moved.twins, means: moved.means, unknown: moved.unknown)
}

/// Trains a vocabulary and writes it and its recipe.
package func writeVocabulary(
    _ recipe: VocabularyRecipe, _ sentences: [String], sources: [String], to path: String, recipe recipePath: String, version: String
) throws -> (pieces: Int, bytes: Int, digest: String) {
    let bytes = try trainVocabulary(recipe, on: sentences)
    let digest = SHA256.hexadecimal(of: bytes)
    let facts: JSON = [
        "model": .string(lastComponent(of: path)), "sha256": .string(digest), "tenor": .string(version),
        "type": .string(recipe.algorithm.rawValue), "size": .number(JSON.Number(recipe.size)),
        "normalization": .string(recipe.normalization.rawValue), "character_coverage": .number(JSON.Number(recipe.characterCoverage)),
        "sources": .array(sources.map { .string(lastComponent(of: $0)) }), "sentences": .number(JSON.Number(sentences.count)),
    ]
    try ReplacingFile.write(bytes, to: path)
    try ReplacingFile.write((facts.serialized(.indented) + "\n").utf8, to: recipePath)
    return (recipe.size, bytes.count, digest)
}
