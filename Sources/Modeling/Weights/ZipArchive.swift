import TenorFiles

/// The locations of the entries of a zip file, which must be uncompressed. Nothing is extracted, so no name becomes a path.
///
/// The layout follows PKWARE's APPNOTE.TXT 6.3.9, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.14 to 4.3.16 (its end).
/// The entries' checksums are not verified, because that would read the whole file before the first number is used.
struct ZipArchive {
    let file: MappedFile
    /// The byte range of each entry. All are within the file, and no two overlap.
    let entries: [String: Range<Int>]

    init(_ file: MappedFile) throws(WeightsError) {
        self.file = file
        let directory = try Self.directory(of: file)
        var entries: [String: Range<Int>] = [:]
        var occupied: [(range: Range<Int>, name: String)] = []
        var position = directory.bytes.lowerBound
        while position < directory.bytes.upperBound {
            let header = try CentralHeader(file, at: position, before: directory.bytes.upperBound)
            let range = try header.dataRange(in: file, before: directory.bytes.lowerBound)
            guard entries.updateValue(range, forKey: header.name) == nil else {
                throw .duplicateEntry(file: file.name, entry: header.name)
            }
            occupied.append((header.localHeader..<range.upperBound, header.name))
            position = header.end
        }
        guard entries.count == directory.count else {
            throw .notZip(file: file.name, reason: "the directory has \(entries.count) entries and claims \(directory.count)")
        }
        occupied.sort { $0.range.lowerBound < $1.range.lowerBound }
        for (entry, following) in zip(occupied, occupied.dropFirst()) where entry.range.upperBound > following.range.lowerBound {
            throw .badEntry(file: file.name, entry: following.name, reason: "overlaps '\(entry.name)', each byte belongs to one entry")
        }
        self.entries = entries
    }

    /// The central directory: its bytes, which end where its end record starts, and the number of entries.
    private static func directory(of file: MappedFile) throws(WeightsError) -> (bytes: Range<Int>, count: Int) {
        func fault(_ reason: String) -> WeightsError { .notZip(file: file.name, reason: reason) }
        guard let end = endRecord(of: file) else { throw fault("there is no end of a zip directory") }
        guard let disks = file.integer(UInt32.self, at: end + 4), let onThisDisk = file.integer(UInt16.self, at: end + 8),
            let count = file.integer(UInt16.self, at: end + 10), let size = file.integer(UInt32.self, at: end + 12),
            let offset = file.integer(UInt32.self, at: end + 16)
        else { throw fault("the end of the zip directory is cut short") }
        guard disks == 0, onThisDisk == count else { throw fault("the archive has several parts") }

        var fields = (count: UInt64(count), size: UInt64(size), offset: UInt64(offset))
        var directoryEnd = end
        // A zip64 record with wider fields may precede it, found through a 20-byte locator.
        if file.integer(UInt32.self, at: end - 20) == 0x0706_4B50 {
            guard let position = file.integer(UInt64.self, at: end - 12).flatMap(Int.init(exactly:)),
                position <= end - 20 - 56, file.integer(UInt32.self, at: position) == 0x0606_4B50,
                let wideCount = file.integer(UInt64.self, at: position + 32),
                let wideSize = file.integer(UInt64.self, at: position + 40),
                let wideOffset = file.integer(UInt64.self, at: position + 48)
            else { throw fault("the end of the zip64 directory is not where it should be") }
            guard count == .max || UInt64(count) == wideCount, size == .max || UInt64(size) == wideSize,
                offset == .max || UInt64(offset) == wideOffset
            else { throw fault("the two ends of the zip directory disagree") }
            fields = (wideCount, wideSize, wideOffset)
            directoryEnd = position
        }
        guard let count = Int(exactly: fields.count), let size = Int(exactly: fields.size), let offset = Int(exactly: fields.offset),
            offset <= directoryEnd, size == directoryEnd - offset
        else { throw fault("the zip directory is not where it should be") }
        return (offset..<directoryEnd, count)
    }

    /// The last record of the file, which may end with a comment of at most 65,535 bytes.
    private static func endRecord(of file: MappedFile) -> Int? {
        let last = file.count - 22
        guard last >= 0 else { return nil }
        return (max(0, last - 0xFFFF)...last).reversed().first { position in
            file.integer(UInt32.self, at: position) == 0x0605_4B50
                && file.integer(UInt16.self, at: position + 20).map { Int($0) == last - position } == true
        }
    }
}

/// The directory's header of one entry.
private struct CentralHeader {
    let name: String
    let size: Int
    let localHeader: Int
    /// Where the next header starts.
    let end: Int

    init(_ file: MappedFile, at start: Int, before limit: Int) throws(WeightsError) {
        guard start + 46 <= limit, file.integer(UInt32.self, at: start) == 0x0201_4B50,
            let flags = file.integer(UInt16.self, at: start + 8), let method = file.integer(UInt16.self, at: start + 10),
            let stored = file.integer(UInt32.self, at: start + 20), let size = file.integer(UInt32.self, at: start + 24),
            let nameLength = file.integer(UInt16.self, at: start + 28), let extraLength = file.integer(UInt16.self, at: start + 30),
            let commentLength = file.integer(UInt16.self, at: start + 32), let offset = file.integer(UInt32.self, at: start + 42)
        else { throw .notZip(file: file.name, reason: "the zip directory is damaged at byte \(start)") }
        let extra = start + 46 + Int(nameLength)
        end = extra + Int(extraLength) + Int(commentLength)
        guard end <= limit, let name = file.text(start + 46..<extra) else {
            throw .notZip(file: file.name, reason: "the zip directory is damaged at byte \(start)")
        }
        self.name = name
        guard flags & 1 == 0 else { throw .encrypted(file: file.name, entry: name) }
        guard method == 0 else { throw .compressed(file: file.name, entry: name) }

        // 32-bit fields that are all ones are stored as 64 bits in an extra field, in this order.
        var wide = Self.wideFields(file, extra..<extra + Int(extraLength))
        func widened(_ field: UInt32) -> Int? {
            guard field == .max else { return Int(field) }
            guard let position = wide.first, wide.count >= 8 else { return nil }
            wide = wide.dropFirst(8)
            return file.integer(UInt64.self, at: position).flatMap(Int.init(exactly:))
        }
        guard let size = widened(size), let stored = widened(stored), let offset = widened(offset) else {
            throw .badEntry(file: file.name, entry: name, reason: "lacks its 64-bit sizes")
        }
        guard size == stored else {
            throw .badEntry(file: file.name, entry: name, reason: "has \(stored) bytes and claims \(size), stored ones are as many")
        }
        guard offset < start else { throw .badEntry(file: file.name, entry: name, reason: "is not where the directory says") }
        self.size = size
        localHeader = offset
    }

    /// The zip64 field among the extra fields, each of which is a kind, a length and that many bytes.
    private static func wideFields(_ file: MappedFile, _ extra: Range<Int>) -> Range<Int> {
        var position = extra.lowerBound
        while position + 4 <= extra.upperBound, let kind = file.integer(UInt16.self, at: position),
            let length = file.integer(UInt16.self, at: position + 2)
        {
            let body = position + 4..<position + 4 + Int(length)
            guard body.upperBound <= extra.upperBound else { break }
            if kind == 1 { return body }
            position = body.upperBound
        }
        return extra.upperBound..<extra.upperBound
    }

    /// The entry's bytes, which follow its local header and end before the directory.
    func dataRange(in file: MappedFile, before limit: Int) throws(WeightsError) -> Range<Int> {
        guard file.integer(UInt32.self, at: localHeader) == 0x0403_4B50,
            let nameLength = file.integer(UInt16.self, at: localHeader + 26),
            let extraLength = file.integer(UInt16.self, at: localHeader + 28),
            let localName = file.text(localHeader + 30..<localHeader + 30 + Int(nameLength))
        else { throw .badEntry(file: file.name, entry: name, reason: "is not where the directory says") }
        guard localName == name else {
            throw .badEntry(file: file.name, entry: name, reason: "calls itself '\(localName)', the directory's name is needed")
        }
        let start = localHeader + 30 + Int(nameLength) + Int(extraLength)
        guard start <= limit, size <= limit - start else {
            throw .badEntry(file: file.name, entry: name, reason: "of \(size) bytes does not end before the directory")
        }
        return start..<start + size
    }
}
