import TenorFiles
import TenorLayers
import TenorModeling

/// Rows for a student, mapped from a file: tokens, labels where there are any, and what the teachers give.
///
/// A row of the file has, in little-endian order, four 32-bit integers: the number of ids, the number of cuts between windows, the first token
/// of type 1, and the number of labels, -1 for a row without labels; the ids, the cuts and the labels as 32-bit integers; and the numbers of
/// all teachers as float32 or float16, padded to a multiple of four bytes. In memory there are two numbers for each row.
package struct AnsweredRows: Sendable {
    /// What the file's numbers are.
    package struct Form: Sendable, Equatable {
        /// The number of numbers that each teacher gives for a row.
        package let widths: [Int]
        /// Float16 instead of float32. It holds the parts of states of length 1 to 0.0003.
        package let isHalf: Bool

        package init(widths: [Int], isHalf: Bool) { (self.widths, self.isHalf) = (widths, isHalf) }

        /// The bytes of a row's numbers.
        var size: Int { (widths.reduce(0, +) * (isHalf ? 2 : 4) + 3) / 4 * 4 }
    }

    /// Some rows, as training takes them.
    package struct Batch: Sendable {
        package let rows: [TokenRow]
        /// Nil for a row without labels.
        package let labels: [[Int]?]
        /// For each teacher [rows, width].
        package let targets: [Matrix]
    }

    private let file: MappedFile
    private let form: Form
    /// Where each row begins.
    private let starts: [Int]
    /// The number of ids of each row.
    package let lengths: [Int]

    package var count: Int { starts.count }

    /// - Parameters:
    ///   - vocabulary: the number of tokens of the student's model.
    ///   - labels: the number of its labels.
    /// - Throws: ``FileError`` if the file holds anything but rows of this form.
    package init(_ path: String, _ form: Form, vocabulary: Int, labels: Int) throws {
        let file = try MappedFile(path)
        var (starts, lengths, offset) = ([Int](), [Int](), 0)
        try file.withBytes { bytes in
            func fault() -> FileError { .foreign(file: path, what: "is damaged at byte \(offset), rows of this run are needed") }
            func integer(_ offset: Int) -> Int { Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))) }
            while offset < bytes.count {
                guard offset + 16 <= bytes.count else { throw fault() }
                let (idCount, cutCount) = (integer(offset), integer(offset + 4))
                let (second, labelCount) = (integer(offset + 8), integer(offset + 12))
                guard idCount > 0, (0..<idCount).contains(cutCount), (0...idCount).contains(second), cutCount == 0 || second == idCount,
                    labelCount >= -1, labelCount <= labels
                else { throw fault() }
                let (firstID, firstCut) = (offset + 16, offset + 16 + 4 * idCount)
                let firstLabel = firstCut + 4 * cutCount
                let end = firstLabel + 4 * max(labelCount, 0) + form.size
                guard end <= bytes.count else { throw fault() }
                for place in stride(from: firstID, to: firstCut, by: 4) where !(0..<vocabulary).contains(integer(place)) { throw fault() }
                var last = 0
                for place in stride(from: firstCut, to: firstLabel, by: 4) {
                    guard last < integer(place), integer(place) < idCount else { throw fault() }
                    last = integer(place)
                }
                for place in stride(from: firstLabel, to: end - form.size, by: 4) where !(0..<labels).contains(integer(place)) {
                    throw fault()
                }
                starts.append(offset)
                lengths.append(idCount)
                offset = end
            }
        }
        (self.file, self.form, self.starts, self.lengths) = (file, form, starts, lengths)
    }

    /// Some of the rows, in the order of `rows`.
    package func batch(_ rows: [Int]) -> Batch {
        file.withBytes { bytes in
            func integers(_ offset: Int, _ count: Int) -> [Int32] {
                (0..<count).map { Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Int32.self)) }
            }
            var (tokens, labels) = ([TokenRow](), [[Int]?]())
            var targets = form.widths.map { Matrix(rows: rows.count, columns: $0) }
            let views = targets.indices.map { targets[$0].mutableView() }
            for (place, row) in rows.enumerated() {
                let counts = integers(starts[row], 4).map(Int.init)
                let (cutCount, second, labelCount) = (counts[1], counts[2], counts[3])
                var offset = starts[row] + 16
                let ids = integers(offset, lengths[row])
                offset += 4 * lengths[row]
                let cuts = integers(offset, cutCount).map(Int.init)
                offset += 4 * cutCount
                tokens.append(cuts.isEmpty ? TokenRow(ids, second: second) : TokenRow(ids, cuts: cuts))
                labels.append(labelCount < 0 ? nil : integers(offset, labelCount).map(Int.init))
                offset += 4 * max(labelCount, 0)
                for view in views {
                    for column in 0..<view.width { view.row(place)[column] = number(bytes, offset, column) }
                    offset += view.width * (form.isHalf ? 2 : 4)
                }
            }
            return Batch(rows: tokens, labels: labels, targets: targets)
        }
    }

    private func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int, _ column: Int) -> Float {
        if form.isHalf {
            return float(half: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2 * column, as: UInt16.self)))
        }
        return Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4 * column, as: UInt32.self)))
    }

    /// The bytes of a row.
    package static func bytes(_ row: TokenRow, labels: [Int]?, targets: [Rows], _ form: Form) -> [UInt8] {
        var bytes: [UInt8] = []
        func append<Integer: FixedWidthInteger>(_ value: Integer) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        for count in [row.count, row.cuts.count, row.second, labels?.count ?? -1] { append(Int32(count)) }
        for id in row.ids { append(id) }
        for cut in row.cuts { append(Int32(cut)) }
        for label in labels ?? [] { append(Int32(label)) }
        let end = bytes.count + form.size
        for target in targets {
            for column in 0..<target.width {
                if form.isHalf { append(half(target.base[column])) } else { append(target.base[column].bitPattern) }
            }
        }
        while bytes.count < end { bytes.append(0) }
        return bytes
    }
}
