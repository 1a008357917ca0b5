import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// The model that is trained, before training.
package struct Student: Sendable {
    /// Its labels are the teacher's, where it learns answers.
    package let model: Model
    /// The folder that it comes from, and whose tokenizer it has.
    package let folder: String
    /// Long texts are read as the teacher reads them.
    package let encoder: RowEncoder
    /// The layers of the teacher that it has, counted from 0, and how many the teacher has; nil if it comes from a folder of its own.
    package let layers: (kept: [Int], of: Int)?
    /// Whether it begins with a head of its own or of the teacher.
    package let keepsHead: Bool
    /// Identifies what the student is before training.
    let digest: String

    package var tokenizer: any Tokenizer { encoder.tokenizer }
    package var maxLength: Int { encoder.maxLength }

    init(_ choice: StudentChoice, of teacher: Teacher, _ objective: DistillingObjective, _ options: DistillingOptions) throws {
        let tokenizer: any Tokenizer
        switch choice {
        case .layers(let count):
            let blocks = teacher.model.encoder.blockCount
            guard count < blocks else {
                let needed = blocks > 1 ? "layers:K with a K from 1 to \(blocks - 1)" : "a folder"
                throw OptionError("student", needed: "\(needed), for the teacher has \(blocks == 1 ? "1 layer" : "\(blocks) layers")")
            }
            if try ModelFolder(teacher.folder).weights.isQuantized { throw QuantizedWeights(folder: teacher.folder) }
            let kept = Model.spaced(count, of: blocks)
            (model, folder) = (try teacher.model.keeping(layers: kept, pooling: teacher.pooling), teacher.folder)
            (tokenizer, layers, keepsHead) = (teacher.encoder.tokenizer, (kept, blocks), objective == .answers)
        case .folder(let path):
            folder = path
            (model, keepsHead) = try Self.model(in: ModelFolder(path), teacher, objective, options)
            tokenizer = try loadTokenizer(folder: path, specialTokens: TunedInput(folder: teacher.folder).specialTokens ?? .text)
            layers = nil
        }
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        if let bad = model.firstNonFinite(threads: options.threads) { throw NonFiniteWeights(folder: folder, name: bad) }
        let limit = lengthLimit(of: model, tokenizer)
        if let asked = options.maxLength, asked > limit { throw LengthError(asked: asked, limit: limit, folder: folder) }
        encoder = RowEncoder(tokenizer, maxLength: options.maxLength ?? min(teacher.encoder.maxLength, limit), long: teacher.encoder.long)
        let facts = [
            layers.map { $0.kept.description } ?? "folder", try digestOfWeights(try ModelFolder(folder)),
            try TenorFiles.digest(ofFiles: ["config.json"], in: ModelPlace(folder).encoder), model.head.pooling.rawValue,
        ]
        digest = SHA256.hexadecimal(of: Array(facts.joined(separator: "\n").utf8))
    }

    /// The model in a folder and whether its own head stays, which it does if it has the teacher's labels in the same order.
    private static func model(
        in folder: ModelFolder, _ teacher: Teacher, _ objective: DistillingObjective, _ options: DistillingOptions
    ) throws -> (Model, keepsHead: Bool) {
        let pooling = folder.modules?.pooling
        if objective == .states { return (try folder.encoder(pooling: pooling ?? .mean), false) }
        if folder.weights.isQuantized { throw QuantizedWeights(folder: folder.path) }
        let task = teacher.model.task
        let hasSameHead = try folder.hasOwnHead() && folder.labels() == teacher.model.labels && folder.task() == task
        var randomness = Randomness(seed: options.seed)
        let model = try folder.base(
            task, labels: teacher.model.labels, pooling: pooling?.isMean == true ? .mean : nil, keepsHead: hasSameHead,
            randomness: &randomness)
        return (model, hasSameHead)
    }
}
