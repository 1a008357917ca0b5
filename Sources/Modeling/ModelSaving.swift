import Layers

extension Model {
    /// Writes config.json and model.safetensors into a folder that is there; with mean pooling the sentence-transformers modules too. So the
    /// folder opens in transformers' …ForSequenceClassification, or in sentence-transformers, whose `encode` then gives the logits.
    ///
    /// - Parameter maxLength: the tokens that sentence-transformers should cut texts to.
    package func write(to folder: String, as format: FloatFormat = .f32, maxLength: Int) throws {
        var configuration = configuration
        let isMean = head.pooling == .mean
        configuration.json["architectures"] = [.string(isMean ? family.bareArchitecture : family.architecture)]
        configuration.json["problem_type"] = "single_label_classification"
        for key in ["dtype", "torch_dtype"] where configuration.json[key] != nil { configuration.json[key] = .string(format.torchName) }
        try write(.object(configuration.json), to: "\(folder)/config.json")
        let entries = zip(table.entries, weights.matrices).filter { !isMean || $0.0.depth != ParameterTable.headDepth }
        try SafeTensorsWriter.write(
            entries.map { NamedTensor($0.name, shape: $0.shape, $1) }, as: format, to: "\(folder)/model.safetensors")
        if isMean { try writeSentenceModules(to: folder, as: format, maxLength: maxLength) }
    }

    /// modules.json and the folders that it names, as sentence-transformers' `Transformer`, `Pooling` and `Dense` save them.
    private func writeSentenceModules(to folder: String, as format: FloatFormat, maxLength: Int) throws {
        func module(_ index: Int, _ path: String, _ type: String) -> JSON {
            [
                "idx": .number(JSON.Number(index)), "name": .string(String(index)), "path": .string(path),
                "type": .string("sentence_transformers.models.\(type)"),
            ]
        }
        let width = JSON.number(JSON.Number(encoder.width))
        try write(
            [module(0, "", "Transformer"), module(1, "1_Pooling", "Pooling"), module(2, "2_Dense", "Dense")], to: "\(folder)/modules.json")
        try write(
            ["max_seq_length": .number(JSON.Number(maxLength)), "do_lower_case": false], to: "\(folder)/sentence_bert_config.json")
        try createFolder("\(folder)/1_Pooling")
        try write(
            [
                "word_embedding_dimension": width, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
                "pooling_mode_max_tokens": false, "pooling_mode_mean_sqrt_len_tokens": false,
            ], to: "\(folder)/1_Pooling/config.json")
        try createFolder("\(folder)/2_Dense")
        try write(
            [
                "in_features": width, "out_features": .number(JSON.Number(labels.count)), "bias": true,
                "activation_function": "torch.nn.modules.linear.Identity",
            ], to: "\(folder)/2_Dense/config.json")
        let dense = zip(table.entries, weights.matrices).filter { $0.0.depth == ParameterTable.headDepth }.map { entry, matrix in
            NamedTensor(SentenceModules.Dense.name(of: entry), shape: entry.shape, matrix)
        }
        try SafeTensorsWriter.write(dense, as: format, to: "\(folder)/2_Dense/model.safetensors")
    }

    private func write(_ json: JSON, to path: String) throws {
        try ReplacingFile.write((json.serialized(pretty: true) + "\n").utf8, to: path)
    }
}

extension FloatFormat {
    /// As config.json names it.
    var torchName: String {
        switch self {
        case .f32: "float32"
        case .f16: "float16"
        case .bf16: "bfloat16"
        }
    }
}
