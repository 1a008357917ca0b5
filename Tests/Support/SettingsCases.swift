import Foundation
import TenorFiles

/// What changed settings do in transformers, written by Tests/Fixtures/settings.py with version 4 and with version 5.
package struct SettingsCase: CustomStringConvertible, Sendable {
    package let version: String
    package let folder: String
    package let key: String
    package let value: JSON
    package let isSlow: Bool
    package let texts: [String]
    package let logits: [[Float]]
    package let ids: [[Int32]]

    package var description: String { "\(version)/\(folder) \(key)\(isSlow ? " slow" : "")" }

    /// The cases of a part of the files: models, tokenizers or specials.
    package static func all(_ part: String) -> [SettingsCase] {
        ["4", "5"].flatMap { version -> [SettingsCase] in
            let file = try? JSON(readingFile: ModelFixture.path("settings/\(version).json"))
            func strings(_ value: JSON?) -> [String]? { value?.array?.compactMap(\.string) }
            func rows(_ value: JSON?) -> [[JSON]] { value?.array?.map { $0.array ?? [] } ?? [] }
            return (file?[part]?.array ?? []).map { value in
                SettingsCase(
                    version: version, folder: value["folder"]?.string ?? "", key: value["key"]?.string ?? "",
                    value: value["value"] ?? .null, isSlow: value["slow"]?.bool ?? false,
                    texts: strings(value["texts"]) ?? strings(file?["texts"]) ?? [],
                    logits: rows(value["logits"]).map { $0.map { Float($0.double ?? .nan) } },
                    ids: rows(value["ids"]).map { $0.map { Int32($0.int ?? -1) } })
            }
        }
    }
}

/// A copy of a fixture's folder in which settings of one file are changed. Other files are links.
package final class ChangedFolder {
    private let folder: TemporaryFolder

    package var path: String { folder.path }

    /// - Parameters:
    ///   - name: the folder in Tests/Fixtures.
    ///   - file: a file in it, which need not exist.
    ///   - without: files that the copy lacks.
    ///   - change: changes the object in the file.
    package init(_ name: String, _ file: String, without: [String] = [], _ change: (inout JSON.Object) -> Void) throws {
        folder = try TemporaryFolder()
        let source = ModelFixture.path(name)
        for entry in try FileManager.default.contentsOfDirectory(atPath: source) where entry != file && !without.contains(entry) {
            if file.hasPrefix(entry + "/") {
                try FileManager.default.copyItem(atPath: "\(source)/\(entry)", toPath: folder(entry))
            } else {
                try FileManager.default.createSymbolicLink(atPath: folder(entry), withDestinationPath: "\(source)/\(entry)")
            }
        }
        var object = (try? JSON(readingFile: "\(source)/\(file)"))?.object ?? [:]
        change(&object)
        try JSON.object(object).serialized().write(toFile: folder(file), atomically: true, encoding: .utf8)
    }
}
