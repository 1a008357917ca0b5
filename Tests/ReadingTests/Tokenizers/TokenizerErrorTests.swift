import Foundation
import TenorFiles
import TenorReading
import Testing

@Suite struct TokenizerErrorTests {
    private func message(_ files: [String: [UInt8]]) throws -> String {
        let folder = try Scratch(files)
        do throws(TokenizerError) {
            _ = try loadTokenizer(folder: folder.path)
        } catch {
            return error.description.replacingOccurrences(of: folder.path, with: "FOLDER")
        }
        return "nothing thrown"
    }

    private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
    private let bert = Array(#"{"tokenizer_class":"BertTokenizer"}"#.utf8)
    private let albert = Array(#"{"tokenizer_class":"AlbertTokenizer"}"#.utf8)
    private let words = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nword\n".utf8)
    private func model() throws -> [UInt8] { try Fixtures.bytes("albert", "spiece.model") }

    @Test func aFolderWithoutATokenizerIsNamed() throws {
        #expect(try message([:]).hasPrefix("FOLDER: holds no tokenizer; needed is one of spiece.model,"))
    }

    @Test func aVocabularyWithoutAClassAsksForOne() throws {
        let said = try message(["vocab.txt": words])
        #expect(said == "FOLDER: holds vocab.txt but does not name their class; needed is tokenizer_class in tokenizer_config.json")
    }

    @Test func anUnknownClassIsRefusedByName() throws {
        let said = try message(["vocab.txt": words, "tokenizer_config.json": utf8(#"{"tokenizer_class":"T5Tokenizer"}"#)])
        #expect(said.hasPrefix("tokenizer_config.json: the tokenizer class is 'T5Tokenizer'; supported are AlbertTokenizer, "))
    }

    @Test func anUnknownModelTypeIsRefusedByName() throws {
        let said = try message(["vocab.txt": words, "config.json": utf8(#"{"model_type":"squirrel"}"#)])
        #expect(said.hasPrefix("config.json: the tokenizer class is 'squirrel'; supported are "))
    }

    @Test func aClassWithoutItsVocabularyIsAConflict() throws {
        let said = try message(["vocab.txt": words, "tokenizer_config.json": albert])
        #expect(said == "FOLDER: has no spiece.model and no tokenizer.json, one of which AlbertTokenizer needs")
    }

    @Test func twoDifferentModelsAreAConflict() throws {
        let said = try message(["spiece.model": model(), "spm.model": model() + [0x1A, 0x00], "tokenizer_config.json": albert])
        #expect(said == "spm.model: differs from spiece.model, and AlbertTokenizer needs one vocabulary; remove the wrong one")
    }

    @Test func twoEqualModelsAreNone() throws {
        let said = try message(["spiece.model": model(), "spm.model": model(), "tokenizer_config.json": albert])
        #expect(said == "nothing thrown")
    }

    @Test func aModelUnderAnotherNameIsTaken() throws {
        #expect(try message(["tokenizer.model": model(), "tokenizer_config.json": albert]) == "nothing thrown")
    }

    @Test func aTokenizerJSONWithoutAClassAsksForOne() throws {
        let said = try message([
            "tokenizer.json": utf8("{}"), "tokenizer_config.json": utf8(#"{"tokenizer_class":"PreTrainedTokenizerFast"}"#),
        ])
        #expect(said.hasPrefix("tokenizer_config.json: the tokenizer class is 'PreTrainedTokenizerFast'; supported are "))
    }

    @Test(arguments: [
        (#""model":{"type":"Sequence","vocab":{}}"#, "its model is 'Sequence', and Unigram, BPE or WordPiece is needed"),
        (#""normalizer":{"type":"Nmt"}"#, "its normalizer has the step 'Nmt', which is not computed here"),
        (
            #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"a+"},"content":""}]}"#,
            "its normalizer replaces 'a+', and only strings and runs of spaces are computed here"
        ),
        (#""normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#, "its table of normalization rules is damaged"),
        (
            #""normalizer":{"type":"Precompiled","precompiled_charsmap":"?"}"#,
            "'precompiled_charsmap' needs to be a table of rules in base64"
        ),
        (#""pre_tokenizer":{"type":"Split"}"#, "its pre_tokenizer has the step 'Split', which is not computed here"),
        (#""pre_tokenizer":{"type":"Metaspace","replacement":"ab"}"#, "'replacement' needs to be one character"),
        (#""post_processor":{"type":"Other"}"#, "its post_processor has the step 'Other', which is not computed here"),
        (#""model":{"type":"WordPiece","vocab":{"a":0}}"#, "has no '[UNK]', which this tokenizer needs"),
        (#""model":{"type":"WordPiece","vocab":{"a":0,"b":0,"[UNK]":1}}"#, "'vocab' needs to be one token for each id, and 0 has several"),
        (#""model":{"type":"Unigram","vocab":[["a",1],["b"]]}"#, "'vocab' needs to be a list of pieces with scores"),
        (#""model":{"type":"Unigram","vocab":[["a",1]],"unk_id":1}"#, "'unk_id' needs to be the id of a piece"),
        (#""model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}"#, "'merges' needs to be pairs of tokens"),
        (#""model":{"type":"BPE","vocab":{"a":0},"merges":[],"ignore_merges":true}"#, "'ignore_merges' needs to be false"),
    ])
    func stepsOfATokenizerJSONThatAreNotComputedAreRefusedByName(part: String, said: String) throws {
        let parts = [part, #""model":{"type":"WordPiece","vocab":{"[UNK]":0}}"#].prefix(part.hasPrefix(#""model""#) ? 1 : 2)
        let message = try message([
            "tokenizer.json": utf8("{\(parts.joined(separator: ","))}"), "config.json": utf8(#"{"model_type":"bert"}"#),
        ])
        #expect(message == "tokenizer.json: \(said)")
    }

    /// ModernBERT's fixture with one part of tokenizer.json replaced, and with settings in tokenizer_config.json.
    private func modernBERT(_ old: String = "", _ new: String = "", settings: String = "{}") throws -> String {
        let whole = String(decoding: try Fixtures.bytes("modernbert", "tokenizer.json"), as: UTF8.self)
        let changed = whole.replacing(old, with: new)
        #expect(old.isEmpty || changed != whole)
        return try message([
            "tokenizer.json": utf8(old.isEmpty ? whole : changed), "tokenizer_config.json": utf8(settings),
            "config.json": utf8(#"{"model_type":"modernbert"}"#),
        ])
    }

    @Test func addedTokensThatTwoFilesNumberDifferentlyAreAConflict() throws {
        func listed(_ id: Int, _ content: String) -> String { #"{"added_tokens_decoder":{"\#(id)":{"content":"\#(content)"}}}"# }
        #expect(try modernBERT(settings: listed(900, "|||IP_ADDRESS|||")) == "nothing thrown")
        for (id, content) in [(901, "|||IP_ADDRESS|||"), (900, "more")] {
            let said = "tokenizer_config.json: its added token '\(content)' does not have the id \(id) in tokenizer.json, as it needs to"
            #expect(try modernBERT(settings: listed(id, content)) == said)
        }
    }

    @Test func aVocabularyWithoutMergesIsNamed() throws {
        let said = try message(["vocab.json": utf8("{}"), "tokenizer_config.json": utf8(#"{"tokenizer_class":"RobertaTokenizer"}"#)])
        #expect(said == "FOLDER: has no merges.txt, which RobertaTokenizer needs beside vocab.json")
    }

    @Test func aMergeOfThreeIsNamedWithItsLine() throws {
        let said = try message([
            "vocab.json": utf8(#"{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4}"#), "merges.txt": utf8("#version: 0.2\na b\na b c\n"),
            "tokenizer_config.json": utf8(#"{"tokenizer_class":"RobertaTokenizer"}"#),
        ])
        #expect(said == "merges.txt: line 3 needs to be two tokens with a space between them")
    }

    @Test func aListOfWordsNeverToBeSplitIsRefused() throws {
        let said = try message([
            "vocab.txt": words, "tokenizer_config.json": utf8(#"{"tokenizer_class":"BertTokenizer","never_split":["word"]}"#),
        ])
        #expect(said == "tokenizer_config.json: 'never_split' needs to be an empty list, because all text is split alike")
    }

    @Test(arguments: [
        #"{"a":1"#, #"{"a":1}}"#, #"{"a":01x}"#, #"{"a":"\u12"}"#, #"{"a":"\ud800"}"#, #"["a",]"#, "{\"a\":\"\u{1}\"}", "nul", "",
        String(repeating: "[", count: 100_000),
    ])
    func whatIsNoJSONIsNone(text: String) throws {
        #expect(try message(["vocab.txt": words, "tokenizer_config.json": utf8(text)]).hasPrefix("tokenizer_config.json: is not "))
    }

    @Test func jsonIsReadAsItStands() throws {
        let folder = try Scratch()
        try folder.write("vocab.json", #" {"<|endoftext|>" : 0, "a b": 2.5e1, "x\n\u00e9\ud83d\ude00\"\/é": 1} "#)
        try folder.write("merges.txt", "#version: 0.2\n")
        let others = "[1,-2.5e1,true,false,null,{},[],123456789012345678]"
        try folder.write("tokenizer_config.json", #"{"tokenizer_class":"GPT2Tokenizer","x":\#(others)}"#)
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(tokenizer.piece(1) == "x\né😀\"/é")
        #expect(tokenizer.piece(25) == "a b")
    }

    @Test func anEmptyModelIsNamed() throws {
        let said = try message(["spiece.model": [], "tokenizer_config.json": albert])
        #expect(said == "spiece.model: is not a SentencePiece model that can be used (it is empty)")
    }

    @Test func aTruncatedModelIsNamed() throws {
        let said = try message(["spiece.model": Array(model().dropLast(1000)), "tokenizer_config.json": albert])
        #expect(said == "spiece.model: is not a SentencePiece model that can be used (it is truncated, or not a protocol buffer)")
    }

    @Test func aModelThatIsNoProtocolBufferIsNamed() throws {
        let said = try message(["spiece.model": utf8("this is not a model at all"), "tokenizer_config.json": albert])
        #expect(said.hasPrefix("spiece.model: is not a SentencePiece model that can be used"))
        #expect(!said.contains(".cc"))
    }

    @Test func aModelWithADamagedNormalisationTableIsNamed() throws {
        var bytes = try model()
        // The table starts with the length of its trie. The units after that now point far away.
        let fields = try #require(ProtobufField.parse(bytes[...]))
        let rules = try #require(fields.first { $0.number == SentencePieceFile.normalizer })
        let parts = try #require(ProtobufField.parse(bytes[rules.payload]))
        let table = try #require(parts.first { $0.number == SentencePieceFile.compiledRules }).payload
        for at in table.dropFirst(4).prefix(4096) { bytes[at] = 0x7F }
        let said = try message(["spiece.model": bytes, "tokenizer_config.json": albert])
        #expect(said == "spiece.model: is not a SentencePiece model that can be used (its normalisation table is damaged)")
    }

    @Test func theLibrarysMessageNamesNoSourceFile() throws {
        // Two pieces with the same spelling.
        let piece: [UInt8] = [0x0A, 0x03, 0x0A, 0x01, 0x61]
        let said = try message(["spiece.model": piece + piece, "tokenizer_config.json": albert])
        #expect(said.hasPrefix("spiece.model: is not a SentencePiece model that can be used"))
        #expect(!said.contains(".cc"))
    }

    @Test func aVocabularyWithoutTheUnknownPieceIsNamed() throws {
        let said = try message(["vocab.txt": utf8("[PAD]\n[CLS]\n[SEP]\n"), "tokenizer_config.json": bert])
        #expect(said == "vocab.txt: has no '[UNK]', which this tokenizer needs")
    }

    @Test func aVocabularyThatIsNotUTF8IsNamedWithItsLine() throws {
        let said = try message(["vocab.txt": words + [0x66, 0xFC, 0x72, 0x0A], "tokenizer_config.json": bert])
        #expect(said == "vocab.txt: line 7 is not valid UTF-8")
    }

    @Test func settingsThatAreNoJSONAreNamed() throws {
        #expect(try message(["vocab.txt": words, "tokenizer_config.json": utf8("{")]) == "tokenizer_config.json: is not a JSON object")
    }

    @Test func aSettingOfTheWrongKindIsNamed() throws {
        let settings = utf8(#"{"tokenizer_class":"BertTokenizer","do_lower_case":"yes"}"#)
        let said = try message(["vocab.txt": words, "tokenizer_config.json": settings])
        #expect(said == "tokenizer_config.json: 'do_lower_case' needs to be true or false")
    }

    @Test func aSpecialTokenOfTheWrongKindIsNamed() throws {
        let said = try message(["vocab.txt": words, "tokenizer_config.json": utf8(#"{"tokenizer_class":"BertTokenizer","cls_token":7}"#)])
        #expect(said == "tokenizer_config.json: 'cls_token' needs to be a token")
    }

    @Test func addedTokensWithoutAnIDAreNamed() throws {
        let settings = utf8(#"{"tokenizer_class":"BertTokenizer","added_tokens_decoder":{"x":{}}}"#)
        let said = try message(["vocab.txt": words, "tokenizer_config.json": settings])
        #expect(said == "tokenizer_config.json: 'added_tokens_decoder' needs to be ids with tokens that have a content")
    }

    @Test func aDirectoryInTheVocabularysPlaceIsNamed() throws {
        let folder = try Scratch(["tokenizer_config.json": bert])
        try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("vocab.txt"), withIntermediateDirectories: false)
        let why = "it is a folder, a pipe or a device, and a file is needed"
        #expect(throws: TokenizerError.unreadable(file: "vocab.txt", why: why)) { try loadTokenizer(folder: folder.path) }
    }

    /// Reading these would never end.
    @Test func aPipeOrADeviceInTheVocabularysPlaceIsNamed() throws {
        let why = "it is a folder, a pipe or a device, and a file is needed"
        let device = try Scratch(["tokenizer_config.json": bert])
        try FileManager.default.createSymbolicLink(atPath: device.path + "/vocab.txt", withDestinationPath: "/dev/zero")
        #expect(throws: TokenizerError.unreadable(file: "vocab.txt", why: why)) { try loadTokenizer(folder: device.path) }
        let pipe = try Scratch(["tokenizer_config.json": bert])
        #expect(mkfifo(pipe.path + "/vocab.txt", 0o600) == 0)
        #expect(throws: TokenizerError.unreadable(file: "vocab.txt", why: why)) { try loadTokenizer(folder: pipe.path) }
    }

    @Test func linksInACircleAreNoVocabulary() throws {
        let folder = try Scratch(["tokenizer_config.json": bert])
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/vocab.txt", withDestinationPath: "vocab.txt")
        #expect(
            throws: TokenizerError.conflict(
                file: folder.path, what: "has no vocab.txt and no tokenizer.json, one of which BertTokenizer needs")
        ) {
            try loadTokenizer(folder: folder.path)
        }
    }

    /// An id without a row in the model's embedding table would be looked up out of bounds, so the caller that opens both compares their
    /// sizes.
    @Test func idsFarAwayMakeTheVocabularyAsLarge() throws {
        let settings = #"{"tokenizer_class":"BertTokenizer","added_tokens_decoder":{"5000":{"content":"[CLS]"}}}"#
        let added = try Scratch(["vocab.txt": words, "tokenizer_config.json": utf8(settings)])
        #expect(try loadTokenizer(folder: added.path).vocabularySize == 5001)
        let listed = try Scratch([
            "vocab.json": utf8(#"{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"<mask>":4,"a":70000}"#), "merges.txt": utf8("#version: 0.2\n"),
            "tokenizer_config.json": utf8(#"{"tokenizer_class":"RobertaTokenizer"}"#),
        ])
        let tokenizer = try loadTokenizer(folder: listed.path)
        #expect(tokenizer.vocabularySize == 70001 && tokenizer.ids("a", maxLength: 9).ids == [0, 70000, 2])
    }

    @Test func aTokenizerJSONWithOtherPiecesThanTheVocabularyIsReported() throws {
        func conflict(_ vocab: String) throws -> String? {
            let folder = try Scratch([
                "vocab.txt": words, "tokenizer_config.json": bert, "tokenizer.json": utf8(#"{"model":{"vocab":\#(vocab)}}"#),
            ])
            return vocabularyConflict(of: try loadTokenizer(folder: folder.path), in: folder.path)
        }
        #expect(try conflict(#"{"[PAD]":0,"[UNK]":1,"word":5}"#) == nil)
        let said = "tokenizer.json has 'term' for id 5, vocab.txt has 'word'; vocab.txt counts here, and one of the two is wrong"
        #expect(try conflict(#"{"[PAD]":0,"term":5,"more":6}"#) == said)
        #expect(try conflict(#"[["[PAD]",0],["[UNK]",0],["[CLS]",0],["[SEP]",0],["[MASK]",0],["term",-1]]"#) == said)
        // The files that Tenor itself writes agree.
        let folder = try Scratch()
        for (name, bytes) in try rembertTokenizerFiles(model: model()) { try folder.write(name, bytes) }
        #expect(vocabularyConflict(of: try loadTokenizer(folder: folder.path), in: folder.path) == nil)
    }
}
