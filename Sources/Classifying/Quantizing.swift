import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading

/// Writes the model in `folder` as a new folder, completely or not at all, with the weights of its linear layers stored as int8 and a
/// record of the loss. Only Tenor can read it.
///
/// - Parameter text: what the new folder has to answer before it is saved.
/// - Throws: ``UnusableFolder`` if it does not.
package func writeQuantized(
    _ classifier: TextClassifier, of folder: String, _ loss: QuantizationLoss, asking text: InputText, to path: String,
    replacing replaced: OwnFolder?
) throws {
    let source = try ModelFolder(folder)
    var facts = try TunedFacts(folder: folder)?.json ?? ["format_version": .number(JSON.Number(TunedFacts.formatVersion))]
    // Without tenor.json, the length is the one used for the measurement.
    facts["max_length"] = facts["max_length"] ?? .number(JSON.Number(classifier.encoder.maxLength))
    facts["run"] = nil
    facts["quantized"] = record(loss, weights: try digestOfWeights(source))
    let kept = ["metrics.json", "training.jsonl", TrainedRows.fileName].filter { (try? MappedFile("\(folder)/\($0)")) != nil }
    let card =
        (try? MappedFile("\(folder)/README.md").withBytes { String(decoding: $0, as: UTF8.self) }) ?? "# \(lastComponent(of: path))\n"
    try ReplacingFolder.write(to: path, replacing: replaced) { target in
        try classifier.model.writeQuantized(to: target, maxLength: classifier.encoder.maxLength)
        try copyFiles(classifier.tokenizer.files, from: ModelPlace(folder).encoder, to: ModelPlace(target).encoder)
        try copyFiles(kept, from: ModelPlace(folder).root, to: target)
        try writeText(JSON.object(facts).serialized(.indented) + "\n", to: "\(target)/\(TunedFacts.fileName)")
        try writeText(card + "\n" + section(loss), to: "\(target)/README.md")
        try WrittenFolder(target, for: path).requireAnswer(to: text)
    }
}

/// The object in tenor.json.
private func record(_ loss: QuantizationLoss, weights: String) -> JSON {
    let name = loss.figure.rawValue.replacing("-", with: "_")
    var json: JSON.Object = [
        "from_weights_sha256": .string(weights), "corpus": .string(lastComponent(of: loss.corpus)), "rows": .number(JSON.Number(loss.rows)),
    ]
    json["\(name)_fp32"] = JSON(loss.value(of: loss.fp32))
    json["\(name)_int8"] = JSON(loss.value(of: loss.int8))
    if let changed = loss.changed { json["answers_changed"] = .number(JSON.Number(changed)) }
    return .object(json)
}

/// The model card's section about quantization.
private func section(_ loss: QuantizationLoss) -> String {
    let changed = loss.changed.map { "; \($0) of them get another answer" } ?? ""
    return """
        ## Quantized

        The weights of the linear layers are kept in bytes, with a scale for each output. On the \(loss.rows) rows of \(lastComponent(of: loss.corpus)), \
        the \(loss.figure.rawValue) was \(fixed(loss.value(of: loss.fp32), 4)) in fp32 and is \(fixed(loss.value(of: loss.int8), 4)) in int8\(changed). Only \
        Tenor reads this folder.

        """
}

extension TextClassifier {
    package func requireUnquantized(_ folder: String) throws {
        if isKeptInBytes { throw QuantizedWeights(folder: folder) }
    }
}
