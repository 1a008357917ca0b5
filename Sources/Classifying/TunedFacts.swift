import TenorFiles
import TenorModeling
import TenorReading

/// The content of tenor.json in a model folder that Tenor wrote: facts that no other file holds.
package struct TunedFacts: Sendable {
    package let json: JSON.Object

    package static let formatVersion = 1
    package static let fileName = OwnFolder.model.file
    /// What the training rows were given by models that were not trained on them, one JSON object per line.
    package static let outOfFoldName = "out-of-fold.jsonl"

    package init(_ json: JSON.Object) { self.json = json }

    /// Nil if the folder has no such file.
    package init?(folder: String) throws {
        let path = "\(ModelPlace(folder).root)/\(Self.fileName)"
        guard access(path, F_OK) == 0 else { return nil }
        guard let object = try JSON(readingFile: path).object else {
            throw ConfigurationError.wrongKind(file: path, key: nil, found: "something else", needed: "an object")
        }
        let version = object["format_version"]?.int ?? 0
        guard version <= Self.formatVersion else {
            throw ConfigurationError.wrongKind(
                file: path, key: "format_version", found: "\(version)",
                needed: "at most \(Self.formatVersion); a newer Tenor wrote this folder")
        }
        json = object
    }

    /// The number of tokens that texts were truncated to in tuning.
    package var maxLength: Int? { json["max_length"]?.int }

    /// What was read of long texts in tuning.
    package var long: LongTexts? { json["long"]?.string.flatMap(LongTexts.init(rawValue:)) }

    /// The fingerprint of the run that wrote the folder.
    package var run: String? { json["run"]?.string }
}
