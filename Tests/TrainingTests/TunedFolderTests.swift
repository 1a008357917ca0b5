import Foundation
import Tenor
import TenorClassifying
import TenorModeling
import TenorReading
import TenorSupport
import Testing

/// Tuning families that differ from BERT in more than their blocks.
@Suite struct TunedFolderTests {
    private static let apart = "the base's layers share their weights"

    @Test("An ALBERT's last block is tuned alone: its layers part, which is said, and the lower ones stay as they are")
    func albert() throws {
        let model = try SmallModel("albert")
        var messages: [String] = []
        try model.tuner(.top(1)).tune(model.rows(60), output: model.path("tuned")) { progress in
            if case .message(let text) = progress { messages.append(text) }
        }
        #expect(messages.count == 1 && messages[0].hasPrefix(Self.apart))
        func numbers(_ folder: String, group: Int) throws -> [Float] {
            let name = "albert.encoder.albert_layer_groups.\(group).albert_layers.0.ffn.weight"
            return try Weights(folder).matrix(name, rows: 52, columns: 36).elements
        }
        let shared = try numbers(model.folder, group: 0)
        let groups = try (0..<3).map { try numbers(model.path("tuned"), group: $0) }
        #expect(groups[0] == shared && groups[1] == shared && groups[2] != shared)
        #expect(try Configuration(folder: model.path("tuned")).int("num_hidden_groups") == 3)
        #expect(try Classifier(folder: model.path("tuned")).classify(model.texts).allSatisfy { $0.logits.allSatisfy(\.isFinite) })
    }

    @Test("Layers that are frozen or trained together go on sharing", arguments: [Tuner.Unfreezing.none, .all, .top(3)])
    func albertTogether(_ unfreezing: Tuner.Unfreezing) throws {
        let model = try SmallModel("albert")
        var tuner = model.tuner(unfreezing)
        tuner.epochs = 1
        try tuner.tune(model.rows(60), output: model.path("tuned")) { progress in
            if case .message(let text) = progress { #expect(!text.hasPrefix(Self.apart)) }
        }
        #expect(try Configuration(folder: model.path("tuned")).int("num_hidden_groups", default: 1) == 1)
    }

    @Test("Blocks part where an epoch's cut lies between them")
    func parting() {
        #expect(!Unfreezing.none.partsBlocks(epochs: 3, blocks: 4) && !Unfreezing.all.partsBlocks(epochs: 3, blocks: 4))
        #expect(Unfreezing.top(1).partsBlocks(epochs: 1, blocks: 4) && !Unfreezing.top(4).partsBlocks(epochs: 1, blocks: 4))
        #expect(Unfreezing.gradual.partsBlocks(epochs: 3, blocks: 4) && !Unfreezing.gradual.partsBlocks(epochs: 2, blocks: 4))
    }

    @Test("The card of a family whose own head takes the mean does not send people to sentence-transformers")
    func card() throws {
        let model = try SmallModel("modernbert-mean")
        try model.tuner(.none).tune(model.rows(30), output: model.path("tuned"))
        #expect(!FileManager.default.fileExists(atPath: model.path("tuned/modules.json")))
        let card = try String(contentsOfFile: model.path("tuned/README.md"), encoding: .utf8)
        #expect(card.contains("\nlibrary_name: transformers\n") && card.contains("AutoModelForSequenceClassification"))
    }

    @Test("A text without any token, in a family without special ones, is answered as one unknown token")
    func noTokens() throws {
        let model = try ModelFolder(ModelFixture("gpt2").folder).classifier()
        let tokenizer = try BarePieces()
        let classifier = TextClassifier(model: model, RowEncoder(tokenizer, maxLength: 8), threads: 1)
        var answers: [Answer] = []
        classifier.answer(["", "a b", ""]) { answers.append($0) }
        let unknown = model.logits([[tokenizer.unknownID]], threads: 1).elements
        let distances = answers.map { largestDifference($0.logits, unknown) }
        #expect(distances[0] < 1e-5 && distances[2] < 1e-5 && distances[1] > 1e-3)
        #expect(answers.map(\.truncated) == [0, 0, 0])
    }

    @Test("A tensor of integers that another task's head left does not end a run after its training")
    func integers() throws {
        let model = try SmallModel()
        let file = "\(model.folder)/model.safetensors"
        let weights = try Weights(file)
        var tensors = try weights.names.map { name in
            let shape = weights.shape(of: name)!
            return NamedTensor(name, shape: shape, try weights.matrix(name, shape: shape, rows: 1, columns: shape.reduce(1, *)))
        }
        tensors.append(NamedTensor("cls.steps", shape: [3], [1, 2, 3] as [Int8]))
        try SafeTensorsWriter.write(tensors, to: file)
        let output = model.path("tuned")
        _ = try model.tuner(.none).tune(model.rows(40), output: output)
        #expect(try Weights(output).names.contains("classifier.weight"))
    }
}

/// Another tokenizer's tokens, as ids of a small model, without its special tokens.
private struct BarePieces: Tokenizer {
    private let whole: any Tokenizer

    init() throws { whole = try loadTokenizer(folder: ModelFixture.path("tokenizers/bert")) }

    let vocabularySize = 80
    let unknownID: Int32 = 0
    var specials: SpecialSpellings { whole.specials }
    let maxLength: Int? = nil
    var kind: TokenizerKind { whole.kind }
    var files: [String] { whole.files }

    let template = Template()

    func append(_ text: String, wantsOffsets: Bool, to pieces: inout Pieces) {
        for id in whole.content(text).ids { pieces.append(1 + id % 78) }
    }

    func piece(_ id: Int32) -> String { whole.piece(id) }
}
