import TenorFiles
import TenorReading
import Testing

/// Files that hold neither text nor rows are named as what they are, whatever their extension says.
@Suite struct ForeignFileTests {
    /// A file's header in a zip archive, with its name and its content.
    private static func zipped(_ name: String, _ content: String = "") -> [UInt8] {
        [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + Array((name + content).utf8)
    }

    private static let binary = [UInt8](repeating: 1, count: 20)

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n"

    private static let files: [(ForeignFile, [UInt8])] = [
        (.gitLFSPointer, text(pointer)),
        (.excelWorkbook, zipped("[Content_Types].xml", "<x/>") + zipped("xl/workbook.xml")),
        (.oldOfficeFile, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + binary),
        (.openDocument, zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet")),
        (.officeFile, zipped("[Content_Types].xml") + zipped("word/document.xml")),
        (.parquet, text("PAR1") + [0x15, 4] + binary), (.arrow, text("ARROW1\0\0") + binary), (.arrow, text("FEA1") + binary),
        (.sqlite, text("SQLite format 3\0") + binary), (.hdf5, [0x89] + text("HDF\r\n\u{1A}\n")), (.numpy, [0x93] + text("NUMPY\u{1}")),
        (.pickle, [0x80, 4, 0x95] + binary), (.pickle, [0x80, 2] + binary),
        (.image, [0x89] + text("PNG\r\n\u{1A}\n")), (.image, [0xFF, 0xD8, 0xFF, 0xE0]), (.image, text("GIF89a") + binary),
        (.image, text("RIFF") + [1, 0, 0, 0] + text("WEBPVP8 ")), (.pdf, text("%PDF-1.7\n")),
        (.zip, zipped("rows.csv", "text,label")), (.zip, text("PK\u{5}\u{6}") + [UInt8](repeating: 0, count: 18)),
        (.tar, text("rows.csv") + [UInt8](repeating: 0, count: 249) + text("ustar\0")),
        (.sevenZip, text("7z") + [0xBC, 0xAF, 0x27, 0x1C]), (.rar, text("Rar!\u{1A}\u{7}")),
        (.zstandard, [0x28, 0xB5, 0x2F, 0xFD] + binary),
        (.bzip2, text("BZh91AY&SY")), (.lz4, [0x04, 0x22, 0x4D, 0x18]),
    ]

    @Test func `Each kind is an error that says what it is and what is needed`() throws {
        for (kind, bytes) in Self.files {
            for name in ["a.csv", "a.txt", "a.json", "a"] {
                #expect(try complaint(name, bytes) == "\(name): \(kind)")
            }
            #expect(try complaint("a.csv", bytes, InputFormat(form: .csv)) == "a.csv: \(kind)")
            #expect(kind.description.contains(" needed"))
        }
        let all = Set(ForeignFile.allCases)
        // Compressed data is read; it is foreign only where nothing decompresses it.
        #expect(all.subtracting(Self.files.map(\.0)) == [.gzip, .xz])
        let said = "a.csv: is a Git LFS pointer, the file itself is needed: git lfs pull"
        #expect(try complaint("a.csv", Self.pointer) == said)
    }

    @Test func `Text that begins like such a file is text`() throws {
        for text in [
            "PAR1 is a gene.", "BM", "GIF89a was a format.", "FEA1", "MM", "PK", "version https://example.com", "BZh9", "ustar", "",
        ] {
            #expect(try texts("a.txt", text) == [text])
        }
    }

    @Test func `No bytes are too few`() {
        for (_, bytes) in Self.files {
            for count in bytes.indices { _ = bytes[..<count].withUnsafeBytes { ForeignFile.name(ofBytes: $0) } }
            #expect(bytes.withUnsafeBytes { ForeignFile.name(ofBytes: $0) } != nil)
        }
    }
}
