/// A kind of file that holds neither texts nor rows nor a model's file as Tenor reads them.
package enum ForeignFile: Sendable, CaseIterable {
    case gitLFSPointer
    case excelWorkbook, oldOfficeFile, openDocument, officeFile
    case parquet, arrow, sqlite, hdf5, numpy, pickle
    case image, pdf
    case zip, tar, sevenZip, rar, zstandard, bzip2, lz4, gzip, xz

    /// The kind of the file that begins with `bytes`; nil if it is none of these. The first 4096 bytes tell all kinds apart, some need fewer.
    package static func name(ofBytes bytes: UnsafeRawBufferPointer) -> ForeignFile? {
        if let kind = signatures.first(where: { $0.matches(bytes) })?.kind { return kind }
        guard bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) else { return nil }
        return kindOfArchive(bytes)
    }
}

extension ForeignFile: CustomStringConvertible {
    /// What the file is and what is needed, as the end of a message that begins with the file's name.
    package var description: String {
        switch self {
        case .gitLFSPointer: "is a Git LFS pointer, the file itself is needed: git lfs pull"
        case .excelWorkbook: "is an Excel workbook, a table of text is needed: save it as CSV"
        case .oldOfficeFile: "is a file of Excel or Word before 2007, text is needed: save it as CSV or as plain text"
        case .openDocument: "is an OpenDocument file, text is needed: save it as CSV or as plain text"
        case .officeFile: "is a file of Microsoft Office, text is needed: save it as plain text"
        case .parquet:
            "is a Parquet file, text is needed: "
                + "python3 -c \"import pandas; pandas.read_parquet('FILE').to_json('rows.jsonl', orient='records', lines=True)\""
        case .arrow:
            "is an Arrow or Feather file, text is needed: "
                + "python3 -c \"import datasets; datasets.Dataset.from_file('FILE').to_json('rows.jsonl')\""
        case .sqlite: "is an SQLite database, text is needed: export a table as CSV"
        case .hdf5: "is an HDF5 file, text is needed: convert it to CSV or to JSON lines"
        case .numpy: "is a NumPy file, text is needed: convert it to CSV or to JSON lines"
        case .pickle: "is a Python pickle, which is not read here, text is needed: save it as CSV or as JSON lines"
        case .image: "is an image, text is needed: recognize its text first"
        case .pdf: "is a PDF document, text is needed: extract it first, for example with pdftotext"
        case .zip: "is a zip archive, the files in it are needed: unpack it"
        case .tar: "is a tar archive, the files in it are needed: unpack it"
        case .sevenZip: "is a 7z archive, the files in it are needed: unpack it"
        case .rar: "is a rar archive, the files in it are needed: unpack it"
        case .zstandard: "is zstd data, the uncompressed file is needed: unpack it with zstd -d"
        case .bzip2: "is bzip2 data, the uncompressed file is needed: unpack it with bzip2 -d"
        case .lz4: "is lz4 data, the uncompressed file is needed: unpack it with lz4 -d"
        case .gzip: "is gzip data, the uncompressed file is needed: unpack it with gzip -d"
        case .xz: "is xz data, the uncompressed file is needed: unpack it with xz -d"
        }
    }
}

/// Bytes at a fixed place that identify a kind of file.
private struct Signature {
    let kind: ForeignFile
    let bytes: [UInt8]
    let offset: Int
    /// Whether text could begin like this, so that a control character is needed too.
    let couldBeText: Bool

    init(_ kind: ForeignFile, _ bytes: [UInt8], at offset: Int = 0, couldBeText: Bool = false) {
        (self.kind, self.bytes, self.offset, self.couldBeText) = (kind, bytes, offset, couldBeText)
    }

    init(_ kind: ForeignFile, _ text: String, at offset: Int = 0, couldBeText: Bool = false) {
        self.init(kind, Array(text.utf8), at: offset, couldBeText: couldBeText)
    }

    func matches(_ file: UnsafeRawBufferPointer) -> Bool {
        file.dropFirst(offset).starts(with: bytes) && (!couldBeText || file.prefix(512).contains(where: isBinary))
    }

    /// Whether the byte is a control character that no text has.
    private func isBinary(_ byte: UInt8) -> Bool { byte < 9 || (14..<32).contains(byte) && byte != 27 }
}

private let signatures: [Signature] = [
    Signature(.gitLFSPointer, "version https://git-lfs.github.com/spec/"),
    Signature(.oldOfficeFile, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
    Signature(.parquet, "PAR1", couldBeText: true),
    Signature(.arrow, "ARROW1\0"), Signature(.arrow, "FEA1", couldBeText: true),
    Signature(.sqlite, "SQLite format 3\0"),
    Signature(.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
    Signature(.numpy, [0x93] + Array("NUMPY".utf8)),
    // The protocol's number follows the first opcode.
    Signature(.pickle, [0x80, 2]), Signature(.pickle, [0x80, 3]), Signature(.pickle, [0x80, 4]), Signature(.pickle, [0x80, 5]),
    Signature(.image, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), Signature(.image, [0xFF, 0xD8, 0xFF]),
    Signature(.image, "GIF87a", couldBeText: true), Signature(.image, "GIF89a", couldBeText: true),
    Signature(.image, "II*\0"), Signature(.image, "MM\0*"), Signature(.image, "WEBP", at: 8, couldBeText: true),
    Signature(.image, "BM", couldBeText: true), Signature(.image, "ftypheic", at: 4), Signature(.image, "ftypavif", at: 4),
    Signature(.pdf, "%PDF-"),
    Signature(.zip, "PK\u{5}\u{6}"),
    Signature(.tar, "ustar", at: 257, couldBeText: true),
    Signature(.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    Signature(.rar, "Rar!\u{1A}\u{7}"),
    Signature(.zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
    // After the block size comes the magic number of a block or of the end.
    Signature(.bzip2, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4), Signature(.bzip2, [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4),
    Signature(.lz4, [0x04, 0x22, 0x4D, 0x18]),
    Signature(.gzip, [0x1F, 0x8B]),
    Signature(.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
]

/// The kind of a zip file, by the names of the files whose headers are in `bytes`.
private func kindOfArchive(_ bytes: UnsafeRawBufferPointer) -> ForeignFile {
    func holds(_ name: String) -> Bool {
        let name = Array(name.utf8)
        // A file's name is 30 bytes after the beginning of its header.
        return bytes.indices.contains { at in
            bytes[at] == UInt8(ascii: "P") && bytes[at...].starts(with: [0x50, 0x4B, 3, 4]) && bytes[at...].dropFirst(30).starts(with: name)
        }
    }
    if holds("xl/") { return .excelWorkbook }
    if holds("mimetypeapplication/vnd.oasis.opendocument") { return .openDocument }
    if holds("[Content_Types].xml") || holds("_rels/") || holds("docProps/") || holds("word/") { return .officeFile }
    return .zip
}
