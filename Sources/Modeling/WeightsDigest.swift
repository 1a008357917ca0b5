import TenorFiles

/// SHA-256 of the numbers of all floating-point tensors, in the order of their names. Other tensors are not weights but counters and
/// leftovers of other tasks.
package func digestOfWeights(_ folder: ModelFolder) throws -> String {
    var digest = SHA256()
    for name in folder.tensorNames where folder.weights.dtype(of: name)?.isReadable == true {
        let shape = folder.weights.shape(of: name)!
        let matrix = try folder.weights.matrix(name, shape: shape, rows: 1, columns: shape.reduce(1, *))
        matrix.withBytes { digest.update($0) }
    }
    return digest.hexadecimal
}
