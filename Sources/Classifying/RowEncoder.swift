import TenorModeling
import TenorReading
import TenorThreads

/// Turns texts into rows as a model takes them.
package struct RowEncoder: Sendable {
    /// A row, and the number of tokens of its text that are not in it.
    package typealias Encoded = (row: TokenRow, truncated: Int)

    package let tokenizer: any Tokenizer
    /// The most tokens of a row or of one of its windows, special tokens included.
    package let maxLength: Int
    package let long: LongTexts

    package init(_ tokenizer: any Tokenizer, maxLength: Int, long: LongTexts = .head) {
        (self.tokenizer, self.maxLength, self.long) = (tokenizer, maxLength, long)
    }

    /// A text without tokens, such as an empty one in a family without special tokens, becomes one unknown token. Of a pair, whose longer
    /// text is truncated first, there are no windows.
    package func row(_ text: InputText) -> Encoded {
        let encoded = text.second.map { pair(text.first, $0) } ?? row(text.first)
        return encoded.row.ids.isEmpty ? ([tokenizer.unknownID], encoded.truncated) : encoded
    }

    /// The rows of many texts, computed on all threads. They do not depend on each other.
    package func rows(_ texts: [InputText], threads: Int) -> [Encoded] {
        let run = 64
        return [Encoded](unsafeUninitializedCapacity: texts.count) { buffer, count in
            let base = buffer.baseAddress
            parallel((texts.count + run - 1) / run, threads: threads) { index in
                for place in index * run..<min((index + 1) * run, texts.count) { (base! + place).initialize(to: row(texts[place])) }
            }
            count = texts.count
        }
    }

    private func row(_ text: String) -> Encoded {
        if long == .head {
            let (ids, truncated) = tokenizer.ids(text, maxLength: maxLength)
            return (TokenRow(ids), truncated)
        }
        let content = tokenizer.content(text).ids
        let windows = kept(of: content.count)
        return (row(windows, of: content), truncated(windows, of: content.count))
    }

    /// As ``row(_:)``, with the place of each token.
    package func placed(_ text: InputText) -> PlacedRow {
        text.second.map { placedPair(text, $0) } ?? placed(text.first)
    }

    private func placed(_ text: String) -> PlacedRow {
        let content = tokenizer.content(text, wantsOffsets: true)
        let windows = kept(of: content.count)
        let row = row(windows, of: content.ids)
        let truncated = truncated(windows, of: content.count)
        if row.ids.isEmpty {
            return PlacedRow(row: [tokenizer.unknownID], offsets: [0..<0], parts: [0..<text.utf8.count], truncated: truncated)
        }
        func none(_ ids: [Int32]) -> [Range<Int>] { ids.map { _ in 0..<0 } }
        let offsets = windows.flatMap { stretches in
            none(tokenizer.template.before) + stretches.flatMap { content.offsets[$0] } + none(tokenizer.template.after)
        }
        let parts = truncated == 0 ? [0..<text.utf8.count] : windows.joined().map { PlacedRow.reach(of: content.offsets[$0]) }
        return PlacedRow(row: row, offsets: offsets, parts: parts, truncated: truncated)
    }

    private func placedPair(_ text: InputText, _ second: String) -> PlacedRow {
        let (encoding, start) = tokenizer.encode(text.first, second, maxLength: maxLength, wantsOffsets: true)
        let border = text.secondStart
        let parts =
            encoding.truncated == 0
            ? [0..<text.first.utf8.count, border..<border + second.utf8.count]
            : [encoding.offsets.filter { $0.upperBound < border }, encoding.offsets.filter { $0.lowerBound >= border }].map(PlacedRow.reach)
        return PlacedRow(row: TokenRow(encoding.ids, second: start), offsets: encoding.offsets, parts: parts, truncated: encoding.truncated)
    }

    /// For each window the stretches that it has of a text of `count` tokens.
    private func kept(of count: Int) -> [[Range<Int>]] {
        let room = max(0, maxLength - tokenizer.template.before.count - tokenizer.template.after.count)
        guard count > room else { return [[0..<count]] }
        return switch long {
        case .head: [[tokenizer.template.side == .right ? 0..<room : count - room..<count]]
        case .tail: [[count - room..<count]]
        case .headTail: [[0..<room / 4, count - (room - room / 4)..<count]]
        case .windows: Self.windows(count, size: max(1, room)).map { [$0] }
        }
    }

    private func row(_ windows: [[Range<Int>]], of content: [Int32]) -> TokenRow {
        TokenRow(windows: windows.map { tokenizer.template.before + $0.flatMap { content[$0] } + tokenizer.template.after })
    }

    /// The number of tokens that are in no window.
    private func truncated(_ windows: [[Range<Int>]], of count: Int) -> Int {
        long == .windows ? 0 : count - windows.joined().reduce(0) { $0 + $1.count }
    }

    private func pair(_ first: String, _ second: String) -> Encoded {
        let (ids, start, truncated) = tokenizer.ids(first, second, maxLength: maxLength)
        return (TokenRow(ids, second: start), truncated)
    }

    /// The fewest windows of `size` tokens that cover `count` of them and overlap by an eighth or more, evenly spaced.
    package static func windows(_ count: Int, size: Int) -> [Range<Int>] {
        let step = max(1, size - size / 8)
        let windows = count <= size ? 1 : 1 + (count - size + step - 1) / step
        return (0..<windows).map { index in
            let start = windows == 1 ? 0 : index * (count - size) / (windows - 1)
            return start..<min(start + size, count)
        }
    }
}
