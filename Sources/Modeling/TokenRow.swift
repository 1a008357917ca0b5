import TenorLayers

/// A row as a model takes it: the tokens of a text or of a pair of texts, or several windows on a long text.
///
/// A row of several windows has the mean of their pooled states. That is the state of a single window where there is just one.
package struct TokenRow: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// The tokens of all windows, laid end to end.
    package var ids: [Int32]
    /// Where each window but the first begins.
    package let cuts: [Int]
    /// The first token of type 1, which that of a second text has; the number of tokens if all have type 0. A row with cuts has none.
    package let second: Int

    package init(_ ids: [Int32], second: Int? = nil) {
        (self.ids, cuts) = (ids, [])
        self.second = second ?? ids.count
    }

    package init(windows: [[Int32]]) {
        ids = Array(windows.joined())
        var (cuts, end): ([Int], Int) = ([], 0)
        for window in windows.dropLast() {
            end += window.count
            cuts.append(end)
        }
        (self.cuts, second) = (cuts, ids.count)
    }

    package init(_ ids: [Int32], cuts: [Int]) { (self.ids, self.cuts, second) = (ids, cuts, ids.count) }

    package init(arrayLiteral ids: Int32...) { self.init(ids) }

    package var count: Int { ids.count }
    package var windowCount: Int { cuts.count + 1 }

    /// The places of each window's tokens.
    var windowRanges: [Range<Int>] { zip([0] + cuts, cuts + [ids.count]).map { $0..<$1 } }

    /// Each window as a row of its own.
    var windows: [TokenRow] { cuts.isEmpty ? [self] : windowRanges.map { TokenRow(Array(ids[$0])) } }
}

extension Collection where Element == TokenRow {
    /// Whether a row has several windows.
    var haveWindows: Bool { contains { !$0.cuts.isEmpty } }

    /// The mean over the windows of each row, [rows, width], of states [windows, width].
    func means(ofWindows states: Rows) -> Matrix {
        var means = Matrix(rows: count, columns: states.width)
        let view = means.mutableView()
        var at = 0
        for (row, tokens) in enumerated() {
            let count = tokens.windowCount
            for column in 0..<states.width {
                let sum = (at..<at + count).reduce(Float(0)) { $0 + states.row($1)[column] }
                view.row(row)[column] = sum / Float(count)
            }
            at += count
        }
        return means
    }

    /// The gradient for the states of all windows, [windows, width], from that for their means, [rows, width].
    func spread(overWindows dMeans: Rows) -> Matrix {
        var slopes = Matrix(rows: reduce(0) { $0 + $1.windowCount }, columns: dMeans.width)
        let view = slopes.mutableView()
        var at = 0
        for (row, tokens) in enumerated() {
            for window in at..<at + tokens.windowCount {
                for column in 0..<dMeans.width { view.row(window)[column] = dMeans.row(row)[column] / Float(tokens.windowCount) }
            }
            at += tokens.windowCount
        }
        return slopes
    }
}

extension Sequences {
    /// Rows of one window each.
    init(_ rows: ArraySlice<TokenRow>, firstToken: Int, firstSequence: Int, padding: Int32) {
        var (ids, starts): ([Int32], [Int]) = ([], [0])
        for row in rows {
            precondition(row.cuts.isEmpty)
            ids += row.ids
            starts.append(ids.count)
        }
        let havePairs = rows.contains { $0.second < $0.count }
        self.init(
            ids: ids, starts: starts, seconds: havePairs ? rows.map(\.second) : [], firstToken: firstToken, firstSequence: firstSequence,
            padding: padding)
    }
}
