/// Decompresses data piece by piece. It owns a library's state, which must not move.
protocol Decompressor: AnyObject {
    /// Whether the data may end here.
    var isComplete: Bool { get }

    /// Decompresses from `input` to `output`, which are not empty, until one of them is used up. `input` may be empty if `isLast`: the data
    /// has ended.
    /// - Returns: how many bytes of `input` were read and how many of `output` were written. If both are 0, the data is cut short.
    func decompress(
        _ input: UnsafeRawBufferPointer, isLast: Bool, to output: UnsafeMutableRawBufferPointer
    ) throws(CompressionFault) -> (read: Int, written: Int)
}
