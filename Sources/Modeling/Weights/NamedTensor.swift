import TenorLayers

/// A tensor to be written: numbers in row-major order, with any shape of that many elements.
package struct NamedTensor: Sendable {
    package let name: String
    package let shape: [Int]
    let numbers: Numbers

    enum Numbers: Sendable {
        case floats(Matrix)
        case bytes([Int8])
    }

    package init(_ name: String, shape: [Int], _ matrix: Matrix) {
        precondition(shape.reduce(1, *) == matrix.count)
        (self.name, self.shape, numbers) = (name, shape, .floats(matrix))
    }

    package init(_ name: String, shape: [Int], _ bytes: [Int8]) {
        precondition(shape.reduce(1, *) == bytes.count)
        (self.name, self.shape, numbers) = (name, shape, .bytes(bytes))
    }

    /// The element type in the file, if floats are stored in `format`.
    func type(_ format: FloatFormat) -> ElementType {
        switch numbers {
        case .floats: format.elementType
        case .bytes: .i8
        }
    }
}
