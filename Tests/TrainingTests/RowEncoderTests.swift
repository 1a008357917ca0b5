import TenorClassifying
import TenorModeling
import TenorReading
import TenorSupport
import Testing

@Suite struct RowEncoderTests {
    private func encoder(_ long: LongTexts, maxLength: Int) throws -> RowEncoder {
        RowEncoder(try loadTokenizer(folder: ModelFixture.path("tokenizers/bert")), maxLength: maxLength, long: long)
    }

    private let text = InputText((0..<40).map { "\($0) a b" }.joined(separator: " "))

    @Test func `Windows cover every token, overlap by an eighth or more and keep to the length`() throws {
        let content = try encoder(.head, maxLength: 1 << 20).tokenizer.content(text.first).ids
        for maxLength in [3, 4, 9, 18, 34, 100, 1000] {
            let (row, truncated) = try encoder(.windows, maxLength: maxLength).row(text)
            #expect(truncated == 0)
            let windows = zip([0] + row.cuts, row.cuts + [row.count]).map { Array(row.ids[$0..<$1]) }
            let size = maxLength - 2
            #expect(windows.allSatisfy { $0.count == min(size, content.count) + 2 && $0.first == 2 && $0.last == 3 })
            let ranges = RowEncoder.windows(content.count, size: size)
            #expect(windows.map { $0.dropFirst().dropLast() } == ranges.map { content[$0] })
            #expect(ranges[0].lowerBound == 0 && ranges.last!.upperBound == content.count)
            for (one, next) in zip(ranges, ranges.dropFirst()) {
                #expect(next.lowerBound > one.lowerBound && one.upperBound - next.lowerBound >= size / 8)
            }
        }
    }

    @Test func `Head, tail and both ends keep as many tokens as fit`() throws {
        let content = try encoder(.head, maxLength: 1 << 20).tokenizer.content(text.first).ids
        let (head, tail, both) = (
            try encoder(.head, maxLength: 18).row(text), try encoder(.tail, maxLength: 18).row(text),
            try encoder(.headTail, maxLength: 18).row(text)
        )
        #expect(head.row == TokenRow([2] + content.prefix(16) + [3]))
        #expect(tail.row == TokenRow([2] + content.suffix(16) + [3]))
        #expect(both.row == TokenRow([2] + content.prefix(4) + content.suffix(12) + [3]))
        for encoded in [head, tail, both] { #expect(encoded.truncated == content.count - 16) }
    }

    @Test func `A short text is the same row in every way`() throws {
        for text in ["", "a", "a b c"] as [InputText] {
            let rows = try LongTexts.allCases.map { try encoder($0, maxLength: 9).row(text).row }
            #expect(Set(rows.map(\.ids)).count == 1 && rows.allSatisfy { $0.cuts.isEmpty })
        }
    }

    @Test func `Of pairs, which have no windows, the longer text is truncated`() throws {
        let (row, truncated) = try encoder(.windows, maxLength: 20).row(InputText("a b c", text.first))
        #expect(row.count == 20 && row.cuts.isEmpty && truncated > 0)
        #expect(row.second < 20 && row.ids[..<row.second].count { $0 == 3 } == 1)
    }
}
