import TenorThreads

/// For each text another one that is similar to it, found by locality-sensitive hashing (Indyk and Motwani 1998): texts are compared if a band of
/// their minima is equal.
///
/// Of many texts with an equal band, each is compared with the 32 before it that are nearest in size. A link of two texts is always a comparison
/// of these two, never a chain of others.
package struct SimilarTexts: Sendable {
    /// For each text of the corpus an earlier one that is similar; -1 if none was found.
    package private(set) var earlier: [Int32]
    /// For each text of the corpus an earlier one that is similar and has another class; -1 if none was found.
    package private(set) var contradicting: [Int32]
    /// For each other text, from ``corpus`` on, a text of the corpus that is similar; -1 if none was found.
    package private(set) var leaked: [Int32]
    /// The number of texts of the corpus, which come first.
    package let corpus: Int

    private static let window = 32

    /// - Parameters:
    ///   - classes: the class of each text of the corpus.
    ///   - limit: the similarity from which on texts are similar.
    init(_ table: TextTable, classes: [Int32], limit: Double, threads: Int) {
        corpus = classes.count
        earlier = Array(repeating: -1, count: classes.count)
        contradicting = earlier
        leaked = Array(repeating: -1, count: table.count - classes.count)
        let texts = Self.bySize(table)
        var keys = [UInt64](repeating: 0, count: texts.count)
        for band in 0..<TextSketch.bands {
            Self.fill(&keys, band, texts, table, threads: threads)
            keys.sort()
            var start = 0
            for place in keys.indices.dropFirst() {
                if keys[place] >> 32 != keys[start] >> 32 { start = place }
                let text = Int(texts[Int(UInt32(truncatingIfNeeded: keys[place]))])
                for other in stride(from: place - 1, through: max(start, place - Self.window), by: -1) {
                    compare(text, Int(texts[Int(UInt32(truncatingIfNeeded: keys[other]))]), table, classes, limit)
                }
            }
        }
    }

    /// The texts that have a word, by their number of words.
    private static func bySize(_ table: TextTable) -> [UInt32] {
        var starts = [Int](repeating: 0, count: 257)
        for text in 0..<table.count { starts[Int(table.size(text)) + 1] += 1 }
        starts[1] = 0
        for size in 1...256 { starts[size] += starts[size - 1] }
        var texts = [UInt32](repeating: 0, count: starts[256])
        for text in 0..<table.count where table.size(text) > 0 {
            texts[starts[Int(table.size(text))]] = UInt32(text)
            starts[Int(table.size(text))] += 1
        }
        return texts
    }

    /// Each text's band in the upper half, its place in the lower one.
    private static func fill(_ keys: inout [UInt64], _ band: Int, _ texts: [UInt32], _ table: TextTable, threads: Int) {
        let part = 4096
        keys.withUnsafeMutableBufferPointer { keys in
            nonisolated(unsafe) let keys = keys
            parallel((texts.count + part - 1) / part, threads: threads) { index in
                for place in index * part..<min((index + 1) * part, texts.count) {
                    keys[place] = UInt64(table.band(band, of: Int(texts[place]))) << 32 | UInt64(place)
                }
            }
        }
    }

    private mutating func compare(_ a: Int, _ b: Int, _ table: TextTable, _ classes: [Int32], _ limit: Double) {
        let (first, second) = (min(a, b), max(a, b))
        guard first < corpus else { return }
        func areSimilar() -> Bool { table.sketch(first).isSimilar(to: table.sketch(second), limit: limit) }
        if second >= corpus {
            if leaked[second - corpus] < 0, areSimilar() { leaked[second - corpus] = Int32(first) }
            return
        }
        let contradicts = contradicting[second] < 0 && classes[first] != classes[second]
        guard earlier[second] < 0 || contradicts, areSimilar() else { return }
        if earlier[second] < 0 { earlier[second] = Int32(first) }
        if contradicts { contradicting[second] = Int32(first) }
    }
}
