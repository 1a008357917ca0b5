import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// What a family does with a folder besides computing the right numbers: other checkpoints, mean pooling, saving, rejected configurations.
@Suite struct FamilyTests {
    @Test("A pre-training checkpoint with gamma and beta, a prefix, other heads and a buffer gives transformers' hidden states")
    func oldNames() throws {
        let fixture = try ModelFixture("bert-old-names")
        var randomness = Randomness(seed: 1)
        let model = try ModelFolder(fixture.folder).base(labels: ["a", "b"], pooling: nil, keepsHead: false, randomness: &randomness)
        let hidden = model.states(fixture.ids, below: .after(blocks: model.encoder.blockCount), pooled: false, threads: 1)
        #expect(largestDifference(hidden.elements, try fixture.expected("hidden")) < 1e-4)
    }

    @Test("A folder saved and loaded again is the same model, bit for bit", arguments: ParityTests.cases)
    func roundTrip(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let folder = try TemporaryFolder()
        try model.write(to: folder.path, maxLength: 40)
        let again = try ModelFolder(folder.path).classifier()
        #expect(again.logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
        #expect(again.table.entries.map(\.name) == model.table.entries.map(\.name))
    }

    @Test("With mean pooling the states stay, the names are bare, and a saved folder gives the same logits", arguments: ParityTests.cases)
    func meanPooling(_ name: String) throws {
        let fixture = try ModelFixture(name)
        var randomness = Randomness(seed: 1)
        let model = try ModelFolder(fixture.folder).base(labels: ["a", "b"], pooling: .mean, keepsHead: false, randomness: &randomness)
        let hidden = model.states(fixture.ids, below: .after(blocks: model.encoder.blockCount), pooled: false, threads: 1)
        #expect(largestDifference(hidden.elements, try fixture.expected("hidden")) < 1e-4)
        let prefixes = [
            "albert.", "bert.", "roberta.", "distilbert.", "electra.", "transformer.h", "model.", "mpnet.", "rembert.", "deberta.",
        ]
        #expect(!model.table.entries.contains { entry in prefixes.contains { entry.name.hasPrefix($0) } })
        let head = model.table.entries.filter { $0.depth == ParameterTable.headDepth }
        #expect(head.map(\.name) == ["classifier.weight", "classifier.bias"])
        let folder = try TemporaryFolder()
        try model.write(to: folder.path, maxLength: 40)
        let again = try ModelFolder(folder.path)
        #expect(again.modules?.pooling == .mean)
        #expect(try again.classifier().logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
    }

    @Test("Tensors of other heads and buffers are left aside; others, and missing ones, are an error that names them")
    func tensors() throws {
        let cases = [
            ("roberta", "lm_head.decoder.weight"), ("roberta", "roberta.pooler.dense.weight"),
            ("roberta", "roberta.embeddings.position_ids"), ("xlm-roberta", "lm_head.bias"), ("camembert", "lm_head.layer_norm.bias"),
            ("distilbert", "vocab_projector.bias"),
            ("electra", "discriminator_predictions.dense.weight"), ("albert", "sop_classifier.classifier.bias"),
            ("albert", "predictions.decoder.weight"), ("mpnet", "mpnet.pooler.dense.bias"), ("rembert", "cls.predictions.decoder.bias"),
            ("gpt2", "transformer.h.0.attn.bias"), ("gpt2", "transformer.h.1.attn.masked_bias"), ("gpt2", "lm_head.weight"),
            ("modernbert", "decoder.bias"),
        ]
        for (name, tensor) in cases {
            #expect(throws: Never.self, "\(name) with \(tensor)") { try Self.folder(name, adding: tensor).classifier() }
        }
        #expect(throws: ModelError.self) { try Self.folder("roberta", adding: "roberta.encoder.layer.3.output.dense.bias").classifier() }
        do {
            _ = try Self.folder("mpnet", removing: "mpnet.encoder.relative_attention_bias.weight").classifier()
            Issue.record("a model without its relative attention bias was loaded")
        } catch let error as ModelError {
            #expect(error == .missing(file: "model.safetensors", names: ["mpnet.encoder.relative_attention_bias.weight"]))
        }
    }

    @Test("ModernBERT's head starts with what pre-training left in it, its classifier anew")
    func pretrainedHead() throws {
        let folder = try ModelFolder(ModelFixture("modernbert").folder)
        let own = try folder.classifier()
        var randomness = Randomness(seed: 1)
        let new = try folder.base(labels: ["a", "b"], pooling: nil, keepsHead: false, randomness: &randomness)
        func elements(_ model: Model, _ name: String) -> [Float] {
            model.weights[model.table.slots.first { model.table[$0].name == name }!].elements
        }
        #expect(elements(new, "head.dense.weight") == elements(own, "head.dense.weight"))
        #expect(elements(new, "head.norm.weight") == elements(own, "head.norm.weight"))
        #expect(elements(new, "classifier.weight").count == 72)
    }

    @Test("config.json says whether a head is for one label, for several or for numbers; what else it says is refused")
    func problems() throws {
        var randomness = Randomness(seed: 1)
        for (problem, task) in [
            (JSON.null, Task.singleLabel), ("single_label_classification", .singleLabel), ("multi_label_classification", .multiLabel),
            ("regression", .regression),
        ] {
            #expect(try Self.folder("bert-erf", setting: "problem_type", to: problem).classifier().task == task)
        }
        for (key, value) in [("problem_type", JSON.string("token_classification")), ("id2label", JSON.object(["0": "LABEL_0"]))] {
            let folder = try Self.folder("bert-erf", setting: key, to: value)
            do {
                _ = try folder.classifier()
                Issue.record("\(key) = \(value.serialized()) was loaded")
            } catch ConfigurationError.wrongKind(_, let named, _, _) {
                #expect(named == "problem_type")
            }
            #expect(throws: Never.self) { try folder.base(labels: ["a", "b"], pooling: nil, keepsHead: false, randomness: &randomness) }
        }
    }

    @Test("ModernBERT's base of local angles is 10,000 where config.json has none")
    func missingKey() throws {
        let fixture = try ModelFixture("modernbert")
        let logits = try Self.folder("modernbert", setting: "local_rope_theta", to: nil).classifier().logits(fixture.ids, threads: 1)
        #expect(largestDifference(logits.elements, try fixture.expected("logits")) < 1e-4)
    }

    @Test("ModernBERT's settings mean the same as transformers 5 spells them, and are written in both spellings")
    func modernBERTOfVersion5() throws {
        let fixture = try ModelFixture("modernbert")
        var json = try Configuration(folder: fixture.folder).json
        for key in ["global_attn_every_n_layers", "global_rope_theta", "local_rope_theta"] { json[key] = nil }
        json["layer_types"] = ["full_attention", "sliding_attention", "sliding_attention", "full_attention"]
        json["rope_parameters"] = [
            "full_attention": ["rope_theta": 160000.0, "rope_type": "default"],
            "sliding_attention": ["rope_theta": 10000.0, "rope_type": "default"],
        ]
        let model = try Self.folder("modernbert", configuration: json).classifier()
        #expect(largestDifference(model.logits(fixture.ids, threads: 1).elements, try fixture.expected("logits")) < 1e-4)
        // Other values must matter.
        json["layer_types"] = ["full_attention", "full_attention", "sliding_attention", "full_attention"]
        let other = try Self.folder("modernbert", configuration: json).classifier()
        #expect(largestDifference(other.logits(fixture.ids, threads: 1).elements, try fixture.expected("logits")) > 1e-3)

        let folder = try TemporaryFolder()
        try model.write(to: folder.path, maxLength: 40)
        let written = try Configuration(folder: folder.path).json
        #expect(written["global_attn_every_n_layers"]?.int == 3 && written["local_rope_theta"]?.double == 10_000)
        #expect(
            written["layer_types"]?.array?.count == 4 && written["rope_parameters"]?["full_attention"]?["rope_theta"]?.double == 160_000)
    }

    @Test("A head of another task is no classifier, but its encoder is a base", arguments: ["bert-erf", "modernbert", "roberta"])
    func otherTasks(_ name: String) throws {
        let family = try ModelFolder(try ModelFixture(name).folder).family.architecture
        let other = family.replacing("SequenceClassification", with: "TokenClassification")
        let folder = try Self.folder(name, setting: "architectures", to: [.string(other)])
        let error = #expect(throws: ConfigurationError.self) { try folder.classifier() }
        #expect(error?.description.contains("'architectures' is '\(other)', it must be '\(family)'") == true)
        #expect(try !folder.hasOwnHead())
        var randomness = Randomness(seed: 1)
        #expect(throws: Never.self) {
            try folder.base(labels: ["a", "b"], pooling: nil, keepsHead: false, randomness: &randomness)
        }
    }

    /// Each would be computed incorrectly, or would lead to impossible sizes.
    @Test(
        "A configuration that is not computed is refused by the key's name",
        arguments: [
            ("bert-erf", "position_embedding_type", "\"relative_key\""), ("bert-erf", "is_decoder", "true"),
            ("bert-erf", "hidden_act", "\"swish\""), ("bert-erf", "num_attention_heads", "5"), ("bert-erf", "num_attention_heads", "0"),
            ("bert-erf", "num_hidden_layers", "100000000"), ("bert-erf", "num_hidden_layers", "0"), ("bert-erf", "hidden_size", "-36"),
            ("bert-erf", "vocab_size", "0"), ("bert-erf", "type_vocab_size", "0"), ("bert-erf", "hidden_dropout_prob", "1"),
            ("roberta", "position_embedding_type", "\"relative_key_query\""), ("roberta", "pad_token_id", "-1"),
            ("roberta", "pad_token_id", "41"), ("roberta", "max_position_embeddings", "0"), ("xlm-roberta", "is_decoder", "true"),
            ("electra", "position_embedding_type", "\"relative_key\""), ("electra", "embedding_size", "0"),
            ("distilbert", "n_heads", "7"), ("distilbert", "n_layers", "-1"), ("distilbert", "activation", "\"silu\""),
            ("mpnet", "relative_attention_num_buckets", "64"), ("mpnet", "max_position_embeddings", "2"),
            ("rembert", "input_embedding_size", "0"), ("rembert", "num_attention_heads", "8"),
            ("albert", "num_hidden_groups", "4"), ("albert", "num_hidden_groups", "0"), ("albert", "inner_group_num", "1000000"),
            ("albert", "num_hidden_layers", "1001"), ("albert", "position_embedding_type", "\"relative_key\""),
            ("gpt2", "scale_attn_weights", "false"), ("gpt2", "scale_attn_by_inverse_layer_idx", "true"), ("gpt2", "n_head", "8"),
            ("gpt2", "n_inner", "0"), ("gpt2", "n_layer", "4000000"), ("gpt2", "add_cross_attention", "true"),
            ("modernbert", "num_attention_heads", "4"), ("modernbert", "classifier_pooling", "\"max\""),
            ("modernbert", "rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 4.0}"), ("modernbert", "global_attn_every_n_layers", "0"),
            ("modernbert", "local_attention", "0"), ("modernbert", "hidden_activation", "\"silu\""),
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
        var randomness = Randomness(seed: 1)
        let cases = [
            ("bert-erf", "hidden_size"), ("roberta", "hidden_size"), ("gpt2", "n_embd"), ("distilbert", "dim"),
            ("albert", "intermediate_size"),
        ]
        for (name, key) in cases {
            let folder = try Self.folder(name, setting: key, to: 16_777_216)
            #expect(throws: WeightsError.self) {
                try folder.base(labels: ["a", "b"], pooling: nil, keepsHead: false, randomness: &randomness)
            }
        }
        // Without any of the encoder's tensors nothing contradicts the size. Then nothing of that size may be created.
        let folder = try TemporaryFolder()
        var configuration = try Configuration(folder: ModelFixture("bert-erf").folder)
        configuration.json["hidden_size"] = 16_777_216
        try Data(JSON.object(configuration.json).serialized().utf8).write(to: URL(filePath: folder("config.json")))
        let bias = NamedTensor("classifier.bias", shape: [3], Matrix(rows: 1, columns: 3))
        try SafeTensorsWriter.write([bias], to: folder("model.safetensors"))
        for pooling in [nil, Pooling.mean] {
            #expect(throws: ModelError.self) {
                try ModelFolder(folder.path).base(labels: ["a", "b"], pooling: pooling, keepsHead: false, randomness: &randomness)
            }
        }
    }

    /// A copy of a fixture's folder with one key of config.json set, or one tensor added or removed.
    private static func folder(
        _ name: String, configuration json: JSON.Object? = nil, setting key: String? = nil, to value: JSON? = nil,
        adding added: String? = nil, removing removed: String? = nil
    ) throws -> ModelFolder {
        let source = try ModelFixture(name).folder
        let folder = try TemporaryFolder()
        var configuration = try Configuration(folder: source)
        if let json { configuration.json = json }
        if let key { configuration.json[key] = value }
        try Data(JSON.object(configuration.json).serialized().utf8).write(to: URL(filePath: folder("config.json")))
        let model = try ModelFolder(source).classifier()
        var tensors = zip(model.table.entries, model.weights.matrices).map { NamedTensor($0.name, shape: $0.shape, $1) }
        if let added { tensors.append(NamedTensor(added, shape: [2], Matrix(rows: 1, columns: 2))) }
        tensors.removeAll { $0.name == removed }
        try SafeTensorsWriter.write(tensors, to: folder("model.safetensors"))
        return try ModelFolder(folder.path)
    }
}
