import TenorDamage
import TenorFiles
import TenorReading
import Testing

@Suite struct CorporaCompressedTests {
    private let table = Array("text,label\na,x\n\"b\nc\",y\n".utf8)
    private let chunks = [1, 3, 100, 1 << 18]

    @Test func `Compressed files are read as what their inner name says`() throws {
        for chunk in chunks {
            for (name, bytes) in [("a.csv.gz", gzipped(table)), ("a.CSV.GZ", gzipped(table)), ("a.csv.xz", xzipped(table))] {
                #expect(try documents(name, bytes, chunk: chunk).map(\.text) == ["a", "b\nc"])
                #expect(try warnings(name, bytes) == [])
            }
        }
        #expect(try documents("a.txt.gz", gzipped(table)).map(\.text) == [String(decoding: table, as: UTF8.self)])
        #expect(try documents("a.gz", gzipped(Array("[{\"text\": \"a\"}]".utf8))).map(\.text) == ["a"])
        let wide: [UInt8] = [0xFF, 0xFE] + Array("text\n漢\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try documents("a.csv.gz", gzipped(wide)).map(\.text) == ["漢"])
    }

    @Test func `The content says whether a file is compressed`() throws {
        #expect(try documents("a.csv", gzipped(table)).map(\.text) == ["a", "b\nc"])
        #expect(try warnings("a.csv", gzipped(table)) == ["a.csv: holds gzip data, it is decompressed"])
        #expect(try warnings("a.csv.gz", xzipped(table)) == ["a.csv.gz: holds xz data, it is decompressed"])
        #expect(try documents("a.csv.gz", table).map(\.text) == ["a", "b\nc"])
        #expect(try warnings("a.csv.gz", table) == ["a.csv.gz: is not compressed, although its name says so"])
    }

    @Test func `Parts that were compressed alone and joined are one file`() throws {
        let parts = [Array(table[..<7]), Array(table[7...])]
        let zeros = [UInt8](repeating: 0, count: 512)
        for chunk in chunks {
            for bytes in [gzipped(parts[0]) + gzipped(parts[1]), gzipped(parts[0]) + gzipped([]) + gzipped(parts[1]) + zeros] {
                #expect(try documents("a.csv.gz", bytes, chunk: chunk).map(\.text) == ["a", "b\nc"])
            }
            let streams = xzipped(parts[0]) + zeros + xzipped(parts[1]) + zeros
            #expect(try documents("a.csv.xz", streams, chunk: chunk).map(\.text) == ["a", "b\nc"])
        }
        #expect(try documents("a.txt.gz", gzipped([])).map(\.text) == [""])
    }

    @Test func `Every cut and every damaged byte is an error that names the file`() throws {
        let long = Array("text,label\n".utf8) + (0..<2000).flatMap { Array("row \($0 * $0),\($0 % 3)\n".utf8) }
        for (name, bytes, kind) in [("a.csv.gz", gzipped(long), "gzip"), ("a.csv.xz", xzipped(long), "xz")] {
            for length in [7, 20, bytes.count / 2, bytes.count - 9, bytes.count - 1] {
                let said = try complaint(name, Array(bytes[..<length]))
                #expect(said == "\(name): its \(kind) data is cut short, the whole file is needed", "\(length)")
            }
            for place in stride(from: 12, to: bytes.count, by: 101) {
                var damaged = bytes
                damaged[place] ^= 0x55
                let said = try complaint(name, damaged)
                let isNamed = said.hasPrefix("\(name): its \(kind) data is ") || said.hasPrefix("\(name): record ")
                #expect(isNamed, "\(place): \(said)")
            }
        }
        #expect(try complaint("a.csv.gz", gzipped(table) + [1, 2, 3]).hasPrefix("a.csv.gz: its gzip data is damaged ("))
        #expect(try complaint("a.csv.gz", gzipped(gzipped(table))).hasPrefix("a.csv.gz: is gzip data, the uncompressed file is needed"))
        #expect(try complaint("a.csv.gz", [0x1F, 0x8B]) == "a.csv.gz: its gzip data is cut short, the whole file is needed")
    }

    @Test func `Rows before the damage are the same for all sizes of a read`() throws {
        let long = Array("text,label\n".utf8) + (0..<5000).flatMap { Array("row \($0 &* 7919 % 5000),\($0 % 3)\n".utf8) }
        for (name, bytes) in [("a.csv.gz", gzipped(long)), ("a.csv.xz", xzipped(long))] {
            var damaged = bytes
            damaged[bytes.count * 3 / 4] ^= 0x55
            for file in [damaged, Array(bytes.dropLast(bytes.count / 4))] {
                let counts = try [1, 5, 1000, 1 << 18].map { chunk in
                    try withFile(name, file) { path in
                        var reader = try DocumentReader(path, chunk: chunk)
                        var count = 0
                        #expect(throws: CorpusError.self) { while try reader.next() != nil { count += 1 } }
                        return count
                    }
                }
                #expect(counts[0] > 1000 && counts.allSatisfy { $0 == counts[0] }, "\(name): \(counts)")
            }
        }
    }

    @Test func `A large file is decompressed piece by piece`() throws {
        let line = Array("a line of a few words\n".utf8)
        let content = Array(repeating: line, count: 100_000).flatMap { $0 }
        let format = InputFormat(linesAreDocuments: true, longestRecord: 1000)
        for bytes in [gzipped(content), xzipped(content)] {
            #expect(try documents("a.txt", bytes, format, chunk: 4096).count == 100_000)
        }
    }

    @Test func `The digest is that of the compressed file`() throws {
        let bytes = gzipped(table)
        var sha = SHA256()
        sha.update(bytes)
        #expect(try withFile("a.csv.gz", bytes) { try readCorpus($0).digest } == sha.hexadecimal)
    }
}
