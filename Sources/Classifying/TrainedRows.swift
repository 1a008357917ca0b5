import TenorFiles
import TenorModeling
import TenorReading

/// The texts that a model was trained on, as digests: a text can be recognized, but not read.
///
/// A digest is the first 8 bytes of the SHA-256 of the ``uniformText(_:)``. A tuned folder has the digests in `rows.bin`: little-endian, ascending, each once.
package struct TrainedRows: Sendable, Equatable {
    /// In ascending order.
    private let digests: [UInt64]

    package static let fileName = "rows.bin"

    package init(_ texts: some Sequence<InputText>) { self.init(digests: texts.map(Self.digest)) }

    /// - Parameter digests: those of the texts; see ``digest(of:)``.
    package init(digests: [UInt64]) {
        var digests = digests.sorted()
        var count = 0
        for digest in digests where count == 0 || digests[count - 1] != digest {
            digests[count] = digest
            count += 1
        }
        digests.removeLast(digests.count - count)
        self.digests = digests
    }

    /// Reads the digests of a folder; nil if it has none.
    package init?(folder: String) throws {
        let path = "\(ModelPlace(folder).root)/\(Self.fileName)"
        guard access(path, F_OK) == 0 else { return nil }
        let file = try MappedFile(path)
        guard file.count % 8 == 0 else {
            throw ConfigurationError.wrongKind(file: path, key: nil, found: "\(file.count) bytes", needed: "8 bytes for each row")
        }
        self.init(digests: (0..<file.count / 8).map { file.integer(UInt64.self, at: 8 * $0)! })
    }

    /// The content of `rows.bin`.
    package var bytes: [UInt8] { digests.flatMap { digest in (0..<8).map { UInt8(truncatingIfNeeded: digest >> (8 * $0)) } } }

    package func union(_ other: TrainedRows?) -> TrainedRows {
        other.map { TrainedRows(digests: digests + $0.digests) } ?? self
    }

    /// How many of `texts` are among these rows. Blank texts are not counted: all of them are alike.
    package func count(of texts: some Sequence<InputText>) -> Int {
        texts.reduce(0) { $0 + (contains($1) && !$1.isBlank ? 1 : 0) }
    }

    package func contains(_ text: InputText) -> Bool {
        let digest = Self.digest(of: text)
        var (low, high) = (0, digests.count)
        while low < high {
            let middle = (low + high) / 2
            if digests[middle] < digest { low = middle + 1 } else { high = middle }
        }
        return low < digests.count && digests[low] == digest
    }

    package static func digest(of text: InputText) -> UInt64 {
        let digits = SHA256.hexadecimal(of: Array(uniformText(text.joined).utf8))
        return UInt64(digits.prefix(16), radix: 16)!
    }
}
