import TenorFiles
import TenorLayers

/// The location of a tensor's numbers in a file. Its creator has checked that all of them are within the file.
struct StoredTensor: Sendable {
    let name: String
    let file: MappedFile
    let type: ElementType
    let shape: [Int]
    /// For each dimension, the distance between neighbors, in numbers.
    let strides: [Int]
    /// The byte offset of the first number.
    let offset: Int

    var count: Int { shape.reduce(1, *) }

    /// The numbers as floats, in row-major order: borrowed from the mapped file if possible, otherwise a copy.
    func matrix(rows: Int, columns: Int) throws(WeightsError) -> Matrix {
        guard type.isReadable else { throw .notFloats(file: file.name, tensor: name, type: type) }
        precondition(rows * columns == count)
        return file.withBytes { bytes in
            guard count > 0, let base = bytes.baseAddress else { return Matrix(rows: rows, columns: columns) }
            let first = base + offset
            guard strides == Self.rowMajorStrides(shape) else {
                return Matrix(rows: rows, columns: columns) { gather(from: first, into: $0) }
            }
            if type == .f32, Int(bitPattern: first) % MemoryLayout<Float>.alignment == 0 {
                // The bytes have been read-only since they were mapped, and nothing accesses them as another type.
                return Matrix(rows: rows, columns: columns, borrowing: first.assumingMemoryBound(to: Float.self), keptBy: file)
            }
            return Matrix(rows: rows, columns: columns) { type.read(from: first, stride: 1, into: $0) }
        }
    }

    /// Whether this is a row-major int8 tensor.
    var isInBytes: Bool { type == .i8 && strides == Self.rowMajorStrides(shape) }

    /// The numbers of an int8 tensor.
    var bytes: [Int8] {
        precondition(isInBytes)
        return file.withBytes { Array($0[offset..<offset + count].bindMemory(to: Int8.self)) }
    }

    /// Copies one run along the last dimension at a time; the other dimensions count up like an odometer.
    private func gather(from first: UnsafeRawPointer, into target: UnsafeMutableBufferPointer<Float>) {
        guard let width = shape.last, let step = strides.last else { return type.read(from: first, stride: 1, into: target) }
        var index = Array(repeating: 0, count: shape.count - 1)
        var start = 0
        for row in stride(from: 0, to: target.count, by: width) {
            type.read(
                from: first + start * type.size, stride: step,
                into: UnsafeMutableBufferPointer(rebasing: target[row..<row + width]))
            for dimension in index.indices.reversed() {
                index[dimension] += 1
                start += strides[dimension]
                if index[dimension] < shape[dimension] { break }
                start -= strides[dimension] * shape[dimension]
                index[dimension] = 0
            }
        }
    }

    /// The strides of a contiguous row-major tensor. For a shape without elements they may overflow and have no meaning.
    static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = Array(repeating: 1, count: shape.count)
        for dimension in shape.indices.dropLast().reversed() { strides[dimension] = strides[dimension + 1] &* shape[dimension + 1] }
        return strides
    }

    /// The product of the shape times `size`, or nil if it overflows.
    static func byteCount(_ shape: [Int], size: Int) -> Int? {
        var bytes = size
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            if overflow { return nil }
            bytes = product
        }
        return bytes
    }
}
