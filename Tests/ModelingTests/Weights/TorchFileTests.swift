import Foundation
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

@Suite struct TorchFileTests {
    @Test(arguments: ["state.bin", "old_state.bin", "sharded_torch", "sharded_torch/pytorch_model.bin.index.json"])
    func `A state dict has the tensors of the same safetensors file`(_ name: String) throws {
        let torch = try Weights(Fixture.path(name))
        let safe = try Weights(Fixture.path("state.safetensors"))
        #expect(torch.names == safe.names)
        for name in safe.names {
            let shape = try #require(safe.shape(of: name))
            #expect(torch.shape(of: name) == shape)
            #expect(torch.dtype(of: name) == safe.dtype(of: name))
            guard name != "position_ids", name != "flags" else { continue }
            let count = shape.reduce(1, *)
            let expected = try safe.matrix(name, shape: shape, rows: 1, columns: count)
            #expect(try torch.matrix(name, shape: shape, rows: 1, columns: count).elements == expected.elements)
        }
    }

    @Test func `Integers are listed, and an error only when they are asked for`() throws {
        let weights = try Weights(Fixture.path("state.bin"))
        #expect(weights.dtype(of: "flags") == .bool)
        #expect(throws: WeightsError.notFloats(file: "state.bin", tensor: "position_ids", type: .i64)) {
            try weights.matrix("position_ids", rows: 1, columns: 5)
        }
    }

    @Test func `Views are read through their strides`() throws {
        let weights = try Weights(Fixture.path("views.bin"))
        let whole = Matrix(rows: 6, columns: 4, Fixture.pattern(0, count: 24))
        func expect(_ name: String, _ rows: Int, _ columns: Int, _ element: (Int, Int) -> Float) throws {
            let expected = (0..<rows).flatMap { row in (0..<columns).map { element(row, $0) } }
            #expect(try weights.matrix(name, rows: rows, columns: columns).elements == expected, "\(name)")
        }
        try expect("whole", 6, 4) { whole[$0, $1] }
        try expect("tied", 6, 4) { whole[$0, $1] }
        try expect("transposed", 4, 6) { whole[$1, $0] }
        try expect("half_transposed", 4, 6) { whole[$1, $0] }
        try expect("rows", 2, 4) { whole[$0 + 2, $1] }
        try expect("columns", 6, 2) { whole[$0, $1 + 1] }
        try expect("every_other", 3, 2) { whole[2 * $0, 2 * $1] }
        #expect(try weights.matrix("parameter", rows: 1, columns: 6).elements == Fixture.pattern(1, count: 6))
        let cube = Fixture.pattern(2, count: 24)
        let permuted = (0..<4).flatMap { k in (0..<2).flatMap { i in (0..<3).map { j in cube[12 * i + 4 * j + k] } } }
        #expect(try weights.matrix("cube", shape: [4, 2, 3], rows: 8, columns: 3).elements == permuted)
    }

    @Test func `Views in row-major order are the mapped file's own bytes, tied ones the same bytes`() throws {
        let weights = try Weights(Fixture.path("views.bin"))
        let whole = try weights.matrix("whole", rows: 6, columns: 4)
        let tied = try weights.matrix("tied", rows: 6, columns: 4)
        #expect(whole.isBorrowed && whole.view.base == tied.view.base)
        #expect(try weights.matrix("rows", rows: 2, columns: 4).isBorrowed)
        #expect(try !weights.matrix("transposed", rows: 4, columns: 6).isBorrowed)
        #expect(try weights.nonFinite(among: weights.names) == [])
    }

    @Test func `A module's state dict is read, with the attributes that PyTorch gives it`() throws {
        let weights = try Weights(Fixture.path("module.bin"))
        #expect(weights.names == ["0.bias", "0.weight", "1.bias", "1.weight"])
        #expect(try weights.matrix("0.weight", rows: 2, columns: 3).elements == Fixture.pattern(0, count: 6))
        #expect(try weights.matrix("1.bias", rows: 1, columns: 2).elements == Fixture.pattern(3, count: 2))
    }

    @Test(arguments: [
        ("system.bin", "system.bin: asks for 'posix.system', only tensors are read"),
        ("eval.bin", "eval.bin: asks for '__builtin__.eval', only tensors are read"),
        ("whole_module.bin", "whole_module.bin: asks for 'torch.nn.modules.container.Sequential', only tensors are read"),
        ("unsigned.bin", "unsigned.bin: asks for 'torch._utils._rebuild_tensor_v3', only tensors are read"),
        ("sparse.bin", "sparse.bin: asks for 'torch._utils._rebuild_sparse_tensor', only tensors are read"),
        ("checkpoint.bin", "checkpoint.bin: 'model' is a dictionary, a tensor for each name is needed"),
        ("deflated.bin", "deflated.bin: the entry 'state/data.pkl' is compressed, stored bytes are needed"),
        (
            "protocol4.bin",
            "protocol4.bin: byte 1 of its pickle is of protocol 4, 2 is needed: save it with PyTorch's default"
        ),
        ("repeated.bin", "repeated.bin: 'w' is [1000, 1000] with strides that its storage of 1 numbers has no room for"),
    ])
    func `What PyTorch can write and is no state dict is refused by name`(_ name: String, _ message: String) {
        let error = #expect(throws: WeightsError.self) { try Weights(Fixture.path(name)) }
        #expect(error?.description == message)
    }

    @Test func `A file of the format before PyTorch 1_6 that ends early is an error wherever it ends`() throws {
        let bytes = try Data(contentsOf: URL(filePath: Fixture.path("old_state.bin")))
        let folder = try TemporaryFolder()
        for end in stride(from: 20, to: bytes.count, by: 7) {
            let path = folder("cut.bin")
            try bytes.prefix(end).write(to: URL(filePath: path))
            #expect(throws: WeightsError.self, "\(end) of \(bytes.count)") { try Weights(path) }
        }
    }
}
