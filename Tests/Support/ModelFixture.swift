import Foundation
import TenorFiles
import TenorModeling

/// A case of `Tests/Fixtures/models`: a small random model, and the results of transformers and torch for it.
package struct ModelFixture: CustomStringConvertible {
    package let name: String
    package let ids: [TokenRow]
    package let labels: [Int]
    package let trajectoryIds: [TokenRow]
    package let trajectoryLabels: [Int]
    private let expected: Weights

    package var description: String { name }
    package var folder: String { ModelFixture.path("models/\(name)") }

    /// The folders that have logits to compare with: those that `models.py` generates from its table.
    package static let cases: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path("models"))) ?? []
        return names.filter { (try? Weights(path("models/\($0)/expected.safetensors")))?.shape(of: "logits") != nil }.sorted()
    }()

    package static func path(_ name: String, from file: String = #filePath) -> String {
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures/" + name
    }

    package init(_ name: String) throws {
        self.name = name
        let inputs = try JSON(readingFile: ModelFixture.path("models/\(name)/inputs.json"))
        func rows(_ json: JSON?) -> [TokenRow] { json?["ids"]?.array?.map { TokenRow($0.array!.map { Int32($0.int!) }) } ?? [] }
        func labels(_ json: JSON?) -> [Int] { json?["labels"]?.array?.map { $0.int! } ?? [] }
        ids = rows(inputs)
        self.labels = labels(inputs)
        trajectoryIds = rows(inputs["trajectory"])
        trajectoryLabels = labels(inputs["trajectory"])
        expected = try Weights("\(ModelFixture.path("models/\(name)"))/expected.safetensors")
    }

    package func expected(_ tensor: String) throws -> [Float] {
        guard let shape = expected.shape(of: tensor) else { throw WeightsError.missing(file: name, tensor: tensor) }
        return try expected.matrix(tensor, shape: shape, rows: 1, columns: shape.reduce(1, *)).elements
    }

    package func has(_ tensor: String) -> Bool { expected.shape(of: tensor) != nil }
}

/// The largest difference between two lists of equal length.
package func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, $1.0.isNaN ? .infinity : abs($1.0 - $1.1)) }
}

/// |a - b| / max(|b|, floor), as vectors.
package func relativeDifference(_ a: [Float], _ b: [Float], floor: Double) -> Double {
    guard a.count == b.count else { return .infinity }
    var difference = 0.0
    var size = 0.0
    for (x, y) in zip(a, b) {
        difference += Double(x - y) * Double(x - y)
        size += Double(y) * Double(y)
    }
    return difference.squareRoot() / max(size.squareRoot(), floor)
}
