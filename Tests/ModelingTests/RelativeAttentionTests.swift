import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// What DeBERTa and XLNet do besides the numbers of their fixtures.
@Suite struct RelativeAttentionTests {
    @Test("Logarithmic buckets are those of transformers for 256 buckets and 512 positions")
    func buckets() {
        let buckets = LogBuckets(count: 256, farthest: 512)
        for distance in 0...128 { #expect(buckets.bucket(distance) == distance) }
        let golden = [129: 129, 140: 137, 160: 149, 192: 166, 256: 192, 300: 207, 384: 229, 500: 254, 511: 255]
        for (distance, bucket) in golden {
            #expect(buckets.bucket(distance) == bucket)
            #expect(buckets.bucket(-distance) == -bucket)
        }
    }

    @Test("Tensors of pre-training's heads are left aside")
    func ignored() throws {
        for (name, tensor) in [
            ("deberta-v3", "lm_predictions.lm_head.bias"), ("deberta-v3", "mask_predictions.dense.bias"),
            ("deberta-v3", "cls.predictions.bias"), ("deberta-v3", "deberta.embeddings.position_embeddings.weight"),
            ("xlnet", "lm_loss.bias"),
        ] {
            #expect(throws: Never.self, "\(name) with \(tensor)") { try Self.folder(name, adding: tensor).classifier() }
        }
        #expect(throws: ModelError.self) { try Self.folder("xlnet", adding: "transformer.r_w_bias").classifier() }
    }

    /// Each would be computed incorrectly, or would lead to impossible sizes.
    @Test(
        "A configuration that is not computed is refused by the key's name",
        arguments: [
            ("deberta-v3", "relative_attention", "false"), ("deberta-v3", "pos_att_type", "\"p2p|c2p\""),
            ("deberta-v3", "pos_att_type", "[]"),
            ("deberta-v3", "pos_att_type", "null"), ("deberta-v3", "position_buckets", "2"), ("deberta-v3", "position_buckets", "33"),
            ("deberta-v3", "max_relative_positions", "9000000000000000000"), ("deberta-v3", "norm_rel_ebd", "\"batch_norm\""),
            ("deberta-v3", "attention_head_size", "10"), ("deberta-v3", "num_attention_heads", "5"),
            ("deberta-v3", "type_vocab_size", "-1"),
            ("deberta-v3", "num_hidden_layers", "100000000"), ("deberta-v3", "pooler_hidden_size", "40"),
            ("deberta-v3", "embedding_size", "0"),
            ("deberta-v2-conv", "conv_kernel_size", "4"), ("deberta-v2-conv", "conv_kernel_size", "-3"),
            ("deberta-v2-conv", "conv_kernel_size", "16777215"), ("deberta-v2-conv", "conv_groups", "2"),
            ("xlnet", "attn_type", "\"uni\""), ("xlnet", "bi_data", "true"), ("xlnet", "d_model", "35"), ("xlnet", "d_head", "10"),
            ("xlnet", "n_head", "5"), ("xlnet", "n_layer", "100000000"), ("xlnet", "ff_activation", "\"swish\""),
            ("xlnet", "summary_type", "\"mean\""), ("xlnet", "summary_use_proj", "false"), ("xlnet", "summary_activation", "\"relu\""),
        ])
    func refused(_ name: String, _ key: String, _ value: String) throws {
        do {
            _ = try Self.folder(name, setting: key, to: JSON(parsing: value)).classifier()
            Issue.record("\(name) with '\(key)' = \(value) was loaded")
        } catch ConfigurationError.wrongKind(_, let named, _, _) {
            #expect(named == key)
        }
    }

    @Test("Sizes that the file does not have are an error, whatever config.json claims")
    func hostileSizes() throws {
        for (name, key) in [
            ("deberta-v3", "vocab_size"), ("deberta-v3", "intermediate_size"), ("deberta-v2-conv", "max_position_embeddings"),
            ("xlnet", "d_inner"), ("xlnet", "vocab_size"),
        ] {
            #expect(throws: WeightsError.self) { try Self.folder(name, setting: key, to: 16_777_216).classifier() }
        }
    }

    /// A copy of a fixture's folder with one key of config.json set, or one tensor added.
    private static func folder(_ name: String, setting key: String? = nil, to value: JSON? = nil, adding added: String? = nil) throws
        -> ModelFolder
    {
        let source = try ModelFixture(name).folder
        let folder = try TemporaryFolder()
        var configuration = try Configuration(folder: source)
        if let key { configuration.json[key] = value }
        try Data(JSON.object(configuration.json).serialized().utf8).write(to: URL(filePath: folder("config.json")))
        let model = try ModelFolder(source).classifier()
        var tensors = zip(model.table.entries, model.weights.matrices).map { NamedTensor($0.name, shape: $0.shape, $1) }
        if let added { tensors.append(NamedTensor(added, shape: [2], Matrix(rows: 1, columns: 2))) }
        try SafeTensorsWriter.write(tensors, to: folder("model.safetensors"))
        return try ModelFolder(folder.path)
    }
}
