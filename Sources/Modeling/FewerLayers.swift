import TenorFiles
import TenorLayers

extension Model {
    /// `count` of `layers` layers, evenly spaced up to the last one, which the head reads: of 6 and 3 every second one, 1, 3 and 5.
    package static func spaced(_ count: Int, of layers: Int) -> [Int] { (1...count).map { $0 * layers / count - 1 } }

    /// The same model with some of its layers, in ascending order, counted from 0. Their weights, the embeddings and the head are this
    /// model's.
    ///
    /// - Parameter pooling: that with which this model was made; nil if the head is the family's own.
    /// - Throws: ``UnlikeLayers`` if layers share weights or differ in kind, so that one cannot stand in another's place.
    package func keeping(layers kept: [Int], pooling: Pooling?) throws -> Model {
        let keys = ["num_hidden_layers", "n_layers", "n_layer"]
        // How far a layer of ModernBERT sees depends on its number, and ALBERT's layers share their weights.
        let areAlike = try !["albert", "modernbert"].contains(configuration.modelType)
        guard areAlike, let key = keys.first(where: { self.configuration.json[$0]?.int != nil }) else {
            throw UnlikeLayers(file: configuration.file, modelType: try configuration.modelType)
        }
        var configuration = configuration
        configuration.json[key] = .number(JSON.Number(kept.count))
        var newTable = ParameterTable()
        let network = try family.build(configuration, labels.count, pooling, &newTable)
        let slots = Dictionary(uniqueKeysWithValues: zip(table.entries.map(\.name), table.slots))
        let matrices = try newTable.entries.map { entry in
            // The number of its layer is a part of a parameter's name.
            var parts = entry.name.split(separator: ".").map(String.init)
            if kept.indices.contains(entry.depth - 1), let place = parts.firstIndex(of: String(entry.depth - 1)) {
                parts[place] = String(kept[entry.depth - 1])
            }
            guard let slot = slots[parts.joined(separator: ".")], table[slot].shape == entry.shape else {
                throw UnlikeLayers(file: configuration.file, modelType: try configuration.modelType)
            }
            return weights[slot]
        }
        return Model(configuration, family, network, newTable, Parameters(matrices), task: task, labels: labels)
    }
}
