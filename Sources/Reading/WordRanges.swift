/// The words of a text in order, as ranges of its bytes in UTF-8.
///
/// Words stand between white space. Punctuation marks at the beginning or the end of a word are a word of their own, those within it are not:
/// `(isn't` is `(` and `isn't`. Each ideograph and each kana is a word, because Chinese and Japanese have no spaces.
package func wordRanges(of text: String) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var run: [Unicode.Scalar] = []
    var at = 0
    func endRun() {
        var bounds = [at - run.reduce(0) { $0 + UTF8.width($1) }]
        for scalar in run { bounds.append(bounds.last! + UTF8.width(scalar)) }
        words += wordRanges(in: run).map { bounds[$0.lowerBound]..<bounds[$0.upperBound] }
        run = []
    }
    for scalar in text.unicodeScalars {
        if scalar.isPythonSpace || scalar.isBertSpace { endRun() } else { run.append(scalar) }
        at += UTF8.width(scalar)
    }
    endRun()
    return words
}

/// The words of a run without white space, as ranges of its scalars.
private func wordRanges(in run: [Unicode.Scalar]) -> [Range<Int>] {
    guard let first = run.firstIndex(where: { !$0.isBertPunctuation }), let last = run.lastIndex(where: { !$0.isBertPunctuation }) else {
        return run.isEmpty ? [] : [0..<run.count]
    }
    let inner = (first + 1..<last + 1).filter { index in
        !run[index].joinsWhatPrecedes && (run[index].isWholeWord || run[index - 1].isWholeWord)
    }
    let bounds = [0, first] + inner + [last + 1, run.count]
    return zip(bounds, bounds.dropFirst()).filter { $0 < $1 }.map { $0..<$1 }
}

extension Unicode.Scalar {
    /// Whether the scalar is an ideograph or a kana.
    fileprivate var isWholeWord: Bool { isBertIdeograph || (0x3041...0x30FF).contains(value) }
}
