import TenorFiles
import TenorLayers

package enum SafeTensorsWriter {
    /// transformers rejects a file whose metadata do not name a framework that it knows, or name one other than its own.
    package static let metadata: JSON.Object = ["format": "pt"]

    /// Writes the tensors in the given order, directly from their memory. The write is atomic.
    ///
    /// The header is padded with spaces so that the numbers start at a multiple of 8, as other writers do, and can be mapped. A finite
    /// number too large for the format is an error, because as infinity it would silently ruin the model.
    package static func write(_ tensors: [NamedTensor], as format: FloatFormat = .f32, to path: String) throws {
        let header = header(of: tensors, as: format)
        try ReplacingFile.write(to: path) { file in
            try header.withUnsafeBytes { try file.write($0) }
            for tensor in tensors {
                switch (tensor.numbers, format) {
                case (.bytes(let bytes), _):
                    try bytes.withUnsafeBytes { try file.write($0) }
                case (.floats(let matrix), .f32):
                    try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(matrix.view)))
                    withExtendedLifetime(matrix) {}
                case (.floats(let matrix), .f16): try write(matrix, .f16, of: tensor.name, to: file, path) { half($0) }
                case (.floats(let matrix), .bf16): try write(matrix, .bf16, of: tensor.name, to: file, path) { bfloat16($0) }
                }
            }
        }
    }

    private static func header(of tensors: [NamedTensor], as format: FloatFormat) -> [UInt8] {
        var header: JSON.Object = ["__metadata__": .object(metadata)]
        var start = 0
        for tensor in tensors {
            precondition(header[tensor.name] == nil, "'\(tensor.name)' is written twice")
            let type = tensor.type(format)
            let end = start + tensor.shape.reduce(1, *) * type.size
            header[tensor.name] = [
                "dtype": .string(type.rawValue),
                "shape": .array(tensor.shape.map { .number(JSON.Number($0)) }),
                "data_offsets": .array([.number(JSON.Number(start)), .number(JSON.Number(end))]),
            ]
            start = end
        }
        var text = Array(JSON.object(header).serialized().utf8)
        text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    /// Converts a chunk at a time, so that memory use does not grow with the tensor.
    @inline(__always)
    private static func write(
        _ matrix: Matrix, _ type: ElementType, of tensor: String, to file: borrowing OutputFile, _ path: String,
        _ convert: (Float) -> UInt16
    ) throws {
        let infinity = convert(.infinity)
        let values = UnsafeBufferPointer(matrix.view)
        defer { withExtendedLifetime(matrix) {} }
        let stretch = 1 << 16
        let buffer = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: min(stretch, values.count))
        defer { buffer.deallocate() }
        for start in stride(from: 0, to: values.count, by: stretch) {
            let part = UnsafeBufferPointer(rebasing: values[start..<min(start + stretch, values.count)])
            var overflows = false
            for index in part.indices {
                let converted = convert(part[index])
                buffer[index] = converted
                overflows = overflows || (converted & 0x7FFF == infinity && part[index].isFinite)
            }
            if overflows, let value = part.first(where: { $0.isFinite && convert($0) & 0x7FFF == infinity }) {
                throw WeightsError.tooLarge(file: path, tensor: tensor, value: value, type: type)
            }
            try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<part.count])))
        }
    }
}

extension UnsafeBufferPointer<Float> {
    /// The floats of a view.
    fileprivate init(_ rows: Rows) { self.init(start: rows.base, count: rows.elementCount) }
}
