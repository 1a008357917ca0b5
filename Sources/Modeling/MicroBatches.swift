/// Divides a batch among threads into runs of whole sequences with about equally many tokens. The split depends only on the lengths, so the
/// grouping of rows, and therefore every bit of the result, is the same at any number of threads.
package enum MicroBatches {
    /// Enough rows for products to run at full speed, but few enough for a block's activations to stay in a core's cache and for a typical
    /// batch to give every core several micro-batches.
    package static let tokens = 128
    /// Without a backward pass to store activations for, twice as many fit in a core's cache, and a large model's weights are read half as
    /// often.
    package static let forwardTokens = 2 * tokens
    /// The tokens whose activations are held at a time for the backward pass; longer batches take several groups of micro-batches.
    package static let groupTokens = 16 * tokens

    /// Splits a batch into micro-batches, which threads take one at a time: a single one if the batch is small, otherwise about a multiple
    /// of four, so that two or four threads get equal work.
    package static func split(_ lengths: some Collection<Int>, tokens: Int = tokens) -> [Range<Int>] {
        split(lengths, tokens: tokens, multiple: 4)
    }

    /// Splits a batch into groups of micro-batches, of which one is held in memory at a time.
    package static func groups(_ lengths: some Collection<Int>) -> [Range<Int>] { split(lengths, tokens: groupTokens, multiple: 1) }

    private static func split(_ lengths: some Collection<Int>, tokens limit: Int, multiple: Int) -> [Range<Int>] {
        let total = lengths.reduce(0, +)
        let count = total <= limit ? 1 : multiple * ((total + multiple * limit - 1) / (multiple * limit))
        var microBatches: [Range<Int>] = []
        var first = 0
        var done = 0
        for (index, length) in lengths.enumerated() {
            done += length
            // Micro-batch s ends with the first sequence that reaches s / count of all tokens.
            if done * count >= total * (microBatches.count + 1) || index == lengths.count - 1 {
                microBatches.append(first..<index + 1)
                first = index + 1
            }
        }
        return microBatches
    }
}
