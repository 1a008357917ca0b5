import Foundation
import TenorFiles
import Testing

/// The base in `Models/english`.
@Suite struct ShippedBaseTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Models")

    @Test func `The weights are those whose digest the description has`() throws {
        let bytes = [UInt8](try Data(contentsOf: Self.models.appending(path: "english/model.safetensors")))
        let text = try String(contentsOf: Self.models.appending(path: "README.md"), encoding: .utf8)
        #expect(text.contains(SHA256.hexadecimal(of: bytes)))
        #expect(bytes.count < 36 << 20)
    }
}
