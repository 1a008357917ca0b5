import TenorDamage
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

@Suite struct SafeTensorsTests {
    @Test func `Names, shapes and types are the file's`() throws {
        let weights = try Weights(Fixture.path("state.safetensors"))
        #expect(
            weights.names == [
                "brain", "cube", "double", "empty", "encoder.bias", "encoder.weight", "flags", "half", "position_ids", "scalar",
            ])
        #expect(weights.shape(of: "cube") == [2, 3, 4])
        #expect(weights.shape(of: "scalar") == [])
        #expect(weights.shape(of: "nothing") == nil)
        #expect(weights.dtype(of: "brain") == .bf16)
        #expect(weights.dtype(of: "position_ids") == .i64)
    }

    @Test(arguments: ["state.safetensors", "sharded/model.safetensors.index.json", "sharded"])
    func `Every float type is read exactly`(_ name: String) throws {
        let weights = try Weights(Fixture.path(name))
        try #expect(weights.matrix("encoder.weight", rows: 6, columns: 4).elements == Fixture.pattern(0, count: 24))
        try #expect(weights.matrix("encoder.bias", rows: 1, columns: 6).elements == Fixture.pattern(1, count: 6))
        try #expect(weights.matrix("half", rows: 3, columns: 5).elements == Fixture.pattern(2, count: 15))
        try #expect(weights.matrix("brain", rows: 5, columns: 3).elements == Fixture.pattern(3, count: 15))
        try #expect(weights.matrix("double", rows: 2, columns: 2).elements == Fixture.pattern(4, count: 4))
        try #expect(weights.matrix("cube", shape: [2, 3, 4], rows: 6, columns: 4).elements == Fixture.pattern(5, count: 24))
        try #expect(weights.matrix("scalar", shape: [], rows: 1, columns: 1).elements == Fixture.pattern(6, count: 1))
        try #expect(weights.matrix("empty", rows: 0, columns: 3).elements == [])
    }

    @Test func `Floats of four bytes are the mapped file's own, and a mutation copies them`() throws {
        let weights = try Weights(Fixture.path("state.safetensors"))
        var matrix = try weights.matrix("encoder.weight", rows: 6, columns: 4)
        #expect(matrix.isBorrowed)
        #expect(try !weights.matrix("half", rows: 3, columns: 5).isBorrowed)
        matrix[0, 0] = 9
        #expect(!matrix.isBorrowed)
        try #expect(weights.matrix("encoder.weight", rows: 6, columns: 4)[0, 0] == Fixture.pattern(0, count: 1)[0])
    }

    @Test func `A matrix outlives the weights that it came from`() throws {
        let matrix = try Weights(Fixture.path("state.safetensors")).matrix("encoder.weight", rows: 6, columns: 4)
        #expect(matrix.elements == Fixture.pattern(0, count: 24))
    }

    @Test func `Floats at an odd byte are copied`() throws {
        // Each space of padding in the header moves the numbers by one byte.
        for padding in 0..<4 {
            let header = #"{"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"# + String(repeating: " ", count: padding)
            let file = safeTensors(header, data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
            let matrix = try Weights(file: file).matrix("w", rows: 2, columns: 1)
            #expect(matrix.elements == [1, 2])
            #expect(matrix.isBorrowed == ((8 + header.utf8.count) % 4 == 0))
        }
    }

    @Test func `Another shape than the model's is an error that names both`() throws {
        let weights = try Weights(Fixture.path("state.safetensors"))
        let error = #expect(throws: WeightsError.self) { try weights.matrix("encoder.weight", rows: 6, columns: 6) }
        #expect(error?.description == "state.safetensors: 'encoder.weight' is [6, 4], this model needs [6, 6]")
        #expect(throws: WeightsError.wrongShape(file: "state.safetensors", tensor: "encoder.bias", found: [6], needed: [7])) {
            try weights.matrix("encoder.bias", rows: 1, columns: 7)
        }
        #expect(throws: WeightsError.wrongShape(file: "state.safetensors", tensor: "cube", found: [2, 3, 4], needed: [6, 4])) {
            try weights.matrix("cube", rows: 6, columns: 4)
        }
    }

    @Test func `A tensor that is not there is an error, and so are integers`() throws {
        let weights = try Weights(Fixture.path("state.safetensors"))
        #expect(throws: WeightsError.missing(file: "state.safetensors", tensor: "w")) { try weights.matrix("w", rows: 1, columns: 1) }
        #expect(throws: WeightsError.notFloats(file: "state.safetensors", tensor: "position_ids", type: .i64)) {
            try weights.matrix("position_ids", rows: 1, columns: 5)
        }
    }

    @Test func `Infinities and NaNs are found in every float type`() throws {
        let rounding = try Weights(Fixture.path("rounding.safetensors"))
        #expect(try rounding.nonFinite(among: rounding.names) == ["brain", "half", "x"])
        let state = try Weights(Fixture.path("state.safetensors"))
        #expect(try state.nonFinite(among: ["encoder.weight", "half", "brain", "double", "empty"]) == [])
    }

    @Test func `Numbers are rounded to 16 bits as PyTorch rounds them`() throws {
        let weights = try Weights(Fixture.path("rounding.safetensors"))
        let count = try #require(weights.shape(of: "x")).reduce(1, *)
        let folder = try TemporaryFolder()
        let x = try weights.matrix("x", rows: 1, columns: count)
        let half = try weights.matrix("half", rows: 1, columns: count).elements
        let brain = try weights.matrix("brain", rows: 1, columns: count).elements
        // Values that PyTorch rounds to infinity are rejected when written, so they are left out here.
        for (format, expected) in [(FloatFormat.f16, half), (.bf16, brain)] {
            let kept = (0..<count).filter { expected[$0].isFinite || !x.elements[$0].isFinite }
            let matrix = Matrix(rows: 1, columns: kept.count, kept.map { x.elements[$0] })
            try SafeTensorsWriter.write([NamedTensor("x", shape: [kept.count], matrix)], as: format, to: folder("r.safetensors"))
            let read = try Weights(folder("r.safetensors")).matrix("x", rows: 1, columns: kept.count).elements
            #expect(kept.count > 1500)
            #expect(read.map(\.bitPattern) == kept.map { expected[$0].bitPattern })
        }
    }

    @Test(arguments: FloatFormat.allCases)
    func `What is written is read again`(_ format: FloatFormat) throws {
        let folder = try TemporaryFolder()
        let tensors: [(name: String, shape: [Int], matrix: Matrix)] = [
            ("z.weight", [3, 5], Matrix(rows: 3, columns: 5, Fixture.pattern(1, count: 15))),
            ("a \"quoted\" é", [2, 2, 2], Matrix(rows: 4, columns: 2, Fixture.pattern(2, count: 8))),
            ("bias", [70_000], Matrix(rows: 1, columns: 70_000, Fixture.pattern(3, count: 70_000))),
        ]
        try SafeTensorsWriter.write(
            tensors.map { NamedTensor($0.name, shape: $0.shape, $0.matrix) }, as: format, to: folder("model.safetensors"))
        let weights = try Weights(folder.path)
        #expect(weights.names == ["a \"quoted\" é", "bias", "z.weight"])
        for tensor in tensors {
            #expect(weights.shape(of: tensor.name) == tensor.shape)
            #expect(weights.dtype(of: tensor.name) == format.elementType)
            let read = try weights.matrix(tensor.name, shape: tensor.shape, rows: 1, columns: tensor.matrix.count)
            #expect(read.elements == tensor.matrix.elements)
        }
        #expect(try folder.names == ["model.safetensors"])
    }

    @Test func `Bytes are read with the scales of their rows, and again rounded they are the same bytes`() throws {
        let folder = try TemporaryFolder()
        let quantized = ByteMatrix(quantizing: Matrix(rows: 3, columns: 50, Fixture.pattern(4, count: 150)).view)
        func write(scales: [Float]) throws {
            let scales = NamedTensor("w.scale", shape: [scales.count], Matrix(rows: 1, columns: scales.count, scales))
            try SafeTensorsWriter.write([NamedTensor("w", shape: [3, 50], quantized.bytes), scales], to: folder("model.int8.safetensors"))
        }
        try write(scales: quantized.scales)
        let weights = try Weights(folder.path)
        #expect(weights.isQuantized && weights.names == ["w"] && weights.dtype(of: "w") == .i8)
        let read = try weights.matrix("w", rows: 3, columns: 50)
        #expect(read.elements == quantized.matrix.elements)
        #expect(ByteMatrix(quantizing: read.view).bytes == quantized.bytes)
        try write(scales: [1, 2])
        #expect(throws: WeightsError.wrongShape(file: "model.int8.safetensors", tensor: "w.scale", found: [2], needed: [3])) {
            try Weights(folder.path).matrix("w", rows: 3, columns: 50)
        }
    }

    @Test func `The header is padded to eight bytes, in the order given, and says pt`() throws {
        let folder = try TemporaryFolder()
        let matrix = Matrix(rows: 1, columns: 1, [1])
        try SafeTensorsWriter.write(
            [NamedTensor("b", shape: [1], matrix), NamedTensor("a", shape: [], matrix)], to: folder("m.safetensors"))
        let bytes = try MappedFile(folder("m.safetensors")).withBytes { [UInt8]($0) }
        #expect(bytes[0] % 8 == 0)
        let header = String(decoding: bytes[8..<8 + Int(bytes[0])], as: UTF8.self)
        #expect(header.hasPrefix(#"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":"#))
        #expect(bytes.count == 8 + Int(bytes[0]) + 8)
    }

    @Test func `A number too large for the format is an error and leaves no file`() throws {
        let folder = try TemporaryFolder()
        let tensor = NamedTensor("w", shape: [2], Matrix(rows: 1, columns: 2, [1, 65_520]))
        #expect(throws: WeightsError.tooLarge(file: folder("m.safetensors"), tensor: "w", value: 65_520, type: .f16)) {
            try SafeTensorsWriter.write([tensor], as: .f16, to: folder("m.safetensors"))
        }
        #expect(try folder.names == [])
    }
}

/// A safetensors file with this header and data.
func safeTensors(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> MappedFile {
    let length = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) }
    return MappedFile(name: "model.safetensors", bytes: length + Array(header.utf8) + data)
}
