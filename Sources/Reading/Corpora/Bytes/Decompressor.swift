/// Decompresses data piece by piece. It owns a library's state, which must not move.
protocol Decompressor: AnyObject {
    /// Whether the data may end here.
    var isComplete: Bool { get }

    /// Decompresses from `input` to `output`, which are not empty, until one of them is used up. `input` may be empty if `isLast`: the data
    /// has ended.
    /// - Returns: how many bytes of `input` were read and how many of `output` were written, and what is wrong after those. If nothing was
    ///   read, written or wrong, the data is cut short.
    func decompress(
        _ input: UnsafeRawBufferPointer, isLast: Bool, to output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int, fault: CompressionFault?)
}
