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
        let (before, after) = (tokenizer.template.before, tokenizer.template.after)
        let content = tokenizer.content(text)
        let room = max(0, maxLength - before.count - after.count)
        if content.count <= room { return (TokenRow(before + content + after), 0) }
        let surplus = content.count - room
        switch long {
        case .head: return (TokenRow(before + content.prefix(room) + after), surplus)
        case .tail: return (TokenRow(before + content.suffix(room) + after), surplus)
        case .headTail:
            return (TokenRow(before + content.prefix(room / 4) + content.suffix(room - room / 4) + after), surplus)
        case .windows:
            let windows = Self.windows(content.count, size: max(1, room)).map { before + content[$0] + after }
            return (TokenRow(windows: windows), 0)
        }
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
