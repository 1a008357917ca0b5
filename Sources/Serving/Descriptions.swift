import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling

extension ServedModel {
    /// The answer of `/info`, with the keys of Text Embeddings Inference, and the names of all models.
    func info(_ options: ServerOptions, version: String, names: [String]) -> JSON {
        var id2label = JSON.Object()
        var label2id = JSON.Object()
        for (index, label) in labels.enumerated() {
            id2label[String(index)] = .string(label)
            label2id[label] = .number(JSON.Number(index))
        }
        return [
            "model_id": .string(name), "model_dtype": .string(classifier.precision.rawValue),
            "model_type": ["classifier": ["id2label": .object(id2label), "label2id": .object(label2id)]],
            "max_concurrent_requests": .number(JSON.Number(options.mostWaiting)),
            "max_input_length": .number(JSON.Number(classifier.encoder.maxLength)),
            "max_batch_tokens": .number(JSON.Number(MicroBatches.forwardTokens)),
            "max_client_batch_size": .number(JSON.Number(options.mostTexts)), "auto_truncate": true,
            "tokenization_workers": .number(JSON.Number(classifier.threads)), "version": .string(version),
            "models": .array(names.map { .string($0) }),
        ]
    }

    /// The answer of `/v2/models/NAME`.
    var metadata: JSON {
        [
            "name": .string(name), "platform": "tenor", "inputs": [["name": "text", "datatype": "BYTES", "shape": [-1]]],
            "outputs": .array(InferRequest.Output.allCases.map { $0.description(labels: labels.count) }),
            "labels": .array(labels.map { .string($0) }),
        ]
    }
}
