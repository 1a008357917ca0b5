/// How a batch is divided among threads: into runs of whole sequences of about equally many tokens, by a rule that looks at the lengths
/// alone. So the grouping of rows, and with it every bit of the result, is the same at any number of threads.
package enum MicroBatches {
    /// Enough rows for a product to run at full speed, few enough for a block's activations to stay in a core's cache and for a usual batch to
    /// give every core several micro-batches.
    package static let tokens = 128
    /// With no backward pass to keep things for, twice as many fit near a core, and a large model's weights are read half as often.
    package static let forwardTokens = 2 * tokens
    /// What is held at one time for the backward pass; longer batches go in several waves.
    package static let groupTokens = 16 * tokens

    /// What one thread takes at a time: everything, if that is little, or a multiple of four, so that two threads or four have as much to do each.
    package static func split(_ lengths: some Collection<Int>, tokens: Int = tokens) -> [Range<Int>] {
        split(lengths, tokens: tokens, multiple: 4)
    }

    /// What is held in memory at one time.
    package static func groups(_ lengths: some Collection<Int>) -> [Range<Int>] { split(lengths, tokens: groupTokens, multiple: 1) }

    private static func split(_ lengths: some Collection<Int>, tokens limit: Int, multiple: Int) -> [Range<Int>] {
        let total = lengths.reduce(0, +)
        let count = total <= limit ? 1 : multiple * ((total + multiple * limit - 1) / (multiple * limit))
        var microBatches: [Range<Int>] = []
        var first = 0
        var done = 0
        for (index, length) in lengths.enumerated() {
            done += length
            // Shard s ends with the first sequence that reaches s / count of all tokens.
            if done * count >= total * (microBatches.count + 1) || index == lengths.count - 1 {
                microBatches.append(first..<index + 1)
                first = index + 1
            }
        }
        return microBatches
    }
}
