import Foundation
import TenorFiles
import TenorReading
import TenorSupport
import Testing

/// Special tokens that are spelt in a text: text, or tokens if asked for.
@Suite struct SpecialTokenTests {
    private static let cases = SettingsCase.all("specials")
    /// The slow classes of version 4 distinguish this token from its small letters; the others, which are its default, do not.
    private static let ignoringCase = "Foo Bar foo bar"

    private func folder(_ item: SettingsCase) throws -> ChangedFolder {
        try ChangedFolder("saved/\(item.version)/\(item.folder)", "none.json", without: item.isSlow ? ["tokenizer.json"] : []) { _ in }
    }

    @Test func `Both versions have cases`() { #expect(Self.cases.count == 38) }

    @Test(arguments: cases) func `As tokens, texts have the ids that AutoTokenizer gives`(_ item: SettingsCase) throws {
        let folder = try folder(item)
        let tokenizer = try loadTokenizer(folder: folder.path, specialTokens: .tokens)
        for (text, ids) in zip(item.texts, item.ids) where !(item.isSlow && text == Self.ignoringCase) {
            #expect(tokenizer.ids(text, maxLength: 1 << 20).ids == ids, "\(text)")
            #expect(tokenizer.encode(text, maxLength: 1 << 20).ids == ids, "\(text)")
            #expect(tokenizer.specials.first(in: text) == nil)
        }
    }

    @Test(arguments: cases) func `As text, no text gets the id of a special token, and each that spells one is noticed`(
        _ item: SettingsCase
    ) throws {
        let folder = try folder(item)
        let tokenizer = try loadTokenizer(folder: folder.path)
        let around = tokenizer.ids("", maxLength: 99).ids
        var count = SpecialTokenCount(tokenizer)
        // The first four texts have added tokens only, which are found in any case. So are tokens that transformers 5 calls special and
        // tokenizer.json does not, which this folder has.
        let isOdd = item.version == "5" && item.folder == "xlnet-symbols"
        let noticed = isOdd ? 32 : item.texts.count - 4
        for (index, text) in item.texts.enumerated() {
            let (ids, encoding) = (tokenizer.ids(text, maxLength: 1 << 20).ids, tokenizer.encode(text, maxLength: 1 << 20))
            #expect(ids == encoding.ids)
            if index < 4 || isOdd && tokenizer.specials.first(in: text) == nil {
                if !(item.isSlow && text == Self.ignoringCase) { #expect(ids == item.ids[index], "\(text)") }
                #expect(tokenizer.specials.first(in: text) == nil)
            } else {
                #expect(tokenizer.specials.first(in: text) != nil, "\(text)")
                #expect(ids != item.ids[index], "\(text)")
                for id in Set(around) where id != tokenizer.unknownID { #expect(ids.count { $0 == id } == around.count { $0 == id }) }
            }
            count.add(InputText(text))
        }
        let token = try #require(tokenizer.specials.first(in: item.texts[4]))
        let message = "\(noticed) texts contain special tokens such as '\(token)', which are read as plain text"
        #expect(count.message == message)
    }

    @Test(arguments: cases) func `Offsets cover the text from left to right`(_ item: SettingsCase) throws {
        let folder = try folder(item)
        let tokenizer = try loadTokenizer(folder: folder.path, specialTokens: .tokens)
        for text in item.texts {
            var end = 0
            for range in tokenizer.encode(text, maxLength: 1 << 20).offsets where !range.isEmpty {
                #expect(range.lowerBound >= 0 && range.upperBound <= text.utf8.count && range.upperBound >= end, "\(text)")
                end = max(end, range.upperBound)
            }
        }
    }

    @Test func `One text, and none`() throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.package.appendingPathComponent("Tests/Fixtures/saved/4/bert").path)
        var count = SpecialTokenCount(tokenizer)
        for text in ["", "[sep]", "[SE P]", "[ SEP ]", "SEP]", "[SEP"] { count.add(InputText(text)) }
        #expect(count.message == nil)
        count.add("é[SEP]")
        #expect(count.message == "1 text contains a special token, '[SEP]', which is read as plain text")
    }
}
