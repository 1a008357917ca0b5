import Foundation
import TenorFiles

/// What a model folder says about its tokenizer.
struct TokenizerFiles {
    let family: TokenizerFamily
    let folder: String
    /// The name of the vocabulary file.
    let vocabulary: String
    /// The tokenizer's files that exist in the folder.
    let present: [String]
    private(set) var reasons: [String]
    /// Whether the folder names the class of a family, not one for any tokenizer.
    let namesClass: Bool
    let specialTokens: SpecialTokens
    /// Messages about settings that are not read.
    private(set) var warnings: [String] = []
    private(set) var specials: [SpecialRole: String]
    private(set) var additional: [String]
    /// Tokens that the folder adds to its vocabulary, in file order or sorted by id.
    private(set) var added: [AddedToken] = []
    private var settings: JSON
    /// What older files say about special tokens that are in no list of added tokens, by spelling.
    private var descriptions: [ByteString: JSON] = [:]
    /// The side on which tokenizer.json truncates, if it says so.
    private let usualSide: String?
    /// The contents of tokenizer.json, if the vocabulary is read from it.
    private(set) var fast: JSON?
    /// The same, if the tokenizer computes the steps that it describes.
    private(set) var steps: JSON?
    /// The same beside a SentencePiece model of a named class: what AutoTokenizer follows.
    private(set) var alternative: JSON?

    /// The known names of vocabulary files.
    static let vocabularies = [
        "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model", "tokenizer.model", "vocab.txt", "vocab.json",
    ]
    static let config = "tokenizer_config.json"
    /// The file of the tokenizers library, which contains the vocabulary and the processing steps.
    static let whole = "tokenizer.json"
    static let merges = "merges.txt"
    /// The class of transformers that reads tokenizer.json and nothing else.
    static let generalClass = "PreTrainedTokenizerFast"
    private static let companions = [config, "special_tokens_map.json", "added_tokens.json", merges, whole]

    init(folder given: String, specialTokens: SpecialTokens = .text) throws(TokenizerError) {
        let folder = ModelPlace(given).encoder
        self.folder = folder
        self.specialTokens = specialTokens
        settings = try Self.object(Self.config, in: folder) ?? [:]
        var choice = try FamilyChoice(folder, settings: settings)
        family = choice.family
        vocabulary = try Self.vocabulary(of: family, in: folder)
        // A SentencePiece model counts beside the general class, so tokenizer.json, which takes long to read, is not needed.
        let modelCounts = choice.isGeneral && family.isSentencePiece && vocabulary != Self.whole
        let hasWhole = Self.exists(Self.whole, in: folder)
        let whole = hasWhole && !modelCounts ? try Self.object(Self.whole, in: folder) : nil
        // If a folder names only a generic class, its tokenizer.json counts, unless it has a SentencePiece model.
        let isRead = vocabulary == Self.whole || choice.isGeneral && whole != nil && !family.isSentencePiece
        fast = isRead ? whole : nil
        usualSide = whole?["truncation"]?["direction"]?.string?.lowercased()
        choice.reasons.append("\(vocabulary) holds its vocabulary")
        reasons = choice.reasons
        let name = vocabulary
        present = [name] + Self.companions.filter { $0 != name && Self.exists($0, in: folder) }
        namesClass = !choice.isGeneral
        specials = namesClass || family.isByteLevel ? family.specials : [:]
        additional = isRead ? [] : family.additional
        try readTokens()
        try check(settings, .tokenizer, file: Self.config)
        if let whole { try check(whole, .steps, file: Self.whole) }
        // Only tokenizer.json says exactly how added tokens are found in a text.
        let findsAddedTokens = added.contains { !$0.isSpecial } && !family.isByteLevel
        if let whole, isRead || findsAddedTokens, !ByteLevelTokenizer.canRead(whole, self) {
            steps = whole
            reasons.append("\(Self.whole) has its steps")
        } else if namesClass, family.isSentencePiece {
            alternative = whole
        }
    }

    /// Rejects settings that would give other ids and are not computed, and notes those in no list.
    private mutating func check(_ settings: JSON, _ table: SettingsTable, file: String) throws(TokenizerError) {
        guard let object = settings.object else { return }
        if let (key, _, accepted) = table.refusal(of: object) {
            throw .badField(file: file, name: key, needs: "\(accepted), the only value that is supported; with others ids would differ")
        }
        if let message = table.message(on: object, file: file) { warnings.append(message) }
    }

    /// The end of a long text whose tokens are dropped.
    func truncationSide() throws(TokenizerError) -> TruncationSide {
        guard let value = settings["truncation_side"], value != .null else {
            return usualSide.flatMap(TruncationSide.init(rawValue:)) ?? .right
        }
        guard let side = value.string.flatMap(TruncationSide.init(rawValue:)) else {
            throw .badField(file: Self.config, name: "truncation_side", needs: "left or right")
        }
        return side
    }

    private static func exists(_ name: String, in folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

    /// The tokenizer's class: from tokenizer_config.json, else from config.json, else from the model type.
    private struct FamilyChoice {
        let family: TokenizerFamily
        var reasons: [String] = []
        /// Whether the class that the folder names is one for any tokenizer.
        var isGeneral = false

        init(_ folder: String, settings: JSON) throws(TokenizerError) {
            let model = try object("config.json", in: folder) ?? [:]
            var unsupported: TokenizerError?
            var family: TokenizerFamily?
            for (file, object) in [(config, settings), ("config.json", model)] where family == nil {
                guard let value = object["tokenizer_class"], value != .null else { continue }
                guard let name = value.string else { throw .badField(file: file, name: "tokenizer_class", needs: "a string") }
                family = TokenizerFamily.named(name)
                if family != nil {
                    reasons.append("\(file) names the class \(name)")
                } else if unsupported == nil {
                    unsupported = .unsupportedClass(file: file, name: name)
                }
                // The model type does not override a specific class that is not supported; the generic classes carry no information.
                guard family == nil else { continue }
                isGeneral = ["PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend"].contains(name)
                if !isGeneral, let unsupported { throw unsupported }
            }
            let held = (vocabularies + [whole]).filter { exists($0, in: folder) }
            var ofType: TokenizerFamily?
            if family == nil, let type = model["model_type"]?.string {
                ofType = TokenizerFamily.all.first { $0.modelTypes.contains(type) }
                if ofType != nil { reasons.append("config.json has the model type \(type)") }
                family = ofType
                if family == nil, unsupported == nil, !held.isEmpty { unsupported = .unsupportedClass(file: "config.json", name: type) }
            }
            if isGeneral || ofType != nil, family?.isSentencePiece != true, let (file, other) = Self.sentencePieceFamily(held) {
                family = other
                reasons.append("\(file) is the file of \(other.name)")
            }
            guard let family else {
                if let unsupported { throw unsupported }
                guard !held.isEmpty else { throw .noTokenizer(folder: folder) }
                let names = held.joined(separator: ", ")
                throw .conflict(file: folder, what: "holds \(names) but does not name their class; needed is tokenizer_class in \(config)")
            }
            self.family = family
        }

        /// The family that a SentencePiece model belongs to by its file's name, where that is one family's alone.
        private static func sentencePieceFamily(_ files: [String]) -> (file: String, family: TokenizerFamily)? {
            for file in files {
                let families = TokenizerFamily.all.filter { $0.isSentencePiece && $0.file == file && $0.name != "CamembertTokenizer" }
                if families.count == 1 { return (file, families[0]) }
            }
            return nil
        }
    }

    /// The name of the vocabulary: the family's own file, else the only other file of its kind, else tokenizer.json.
    private static func vocabulary(of family: TokenizerFamily, in folder: String) throws(TokenizerError) -> String {
        func kind(_ name: String) -> Substring { name.split(separator: ".").last ?? "" }
        let hasWhole = exists(whole, in: folder)
        let others = vocabularies.filter { kind($0) == kind(family.file) && $0 != family.file && exists($0, in: folder) }
        let name: String
        if family.file != whole, exists(family.file, in: folder) {
            name = family.file
            func differs(_ other: String) -> Bool {
                !FileManager.default.contentsEqual(atPath: "\(folder)/\(other)", andPath: "\(folder)/\(family.file)")
            }
            if let other = others.first(where: differs) {
                let need = "\(family.name) needs one vocabulary; remove the wrong one"
                throw .conflict(file: other, what: "differs from \(family.file), and \(need)")
            }
        } else if family.file != whole, others.count == 1 {
            name = others[0]
        } else if family.file != whole, others.count > 1 {
            throw .conflict(
                file: folder, what: "holds \(others.joined(separator: " and ")), and \(family.name) needs one vocabulary, \(family.file)")
        } else if hasWhole {
            name = whole
        } else {
            throw .conflict(file: folder, what: "has no \(family.file) and no \(whole), one of which \(family.name) needs")
        }
        if name == "vocab.json", !exists(merges, in: folder) {
            throw .conflict(file: folder, what: "has no \(merges), which \(family.name) needs beside vocab.json")
        }
        return name
    }

    /// Reads special and added tokens from the authoritative file: tokenizer.json if there is no other, else the list in
    /// tokenizer_config.json, or the older files next to it.
    private mutating func readTokens() throws(TokenizerError) {
        try readSpecials(settings, file: Self.config)
        let listed = try settings["added_tokens_decoder"].map { value throws(TokenizerError) in
            try AddedToken.list(byID: value, file: Self.config)
        }
        if listed == nil {
            let (map, file): (JSON, String) = (try Self.object("special_tokens_map.json", in: folder) ?? [:], "special_tokens_map.json")
            try readSpecials(map, file: file)
            try check(map, .specials, file: file)
        }
        if fast != nil {
            added = try AddedToken.list(fast?["added_tokens"], file: Self.whole)
            try join(listed ?? [])
        } else if let listed {
            added = listed
        } else {
            let spellings = Set(allSpecials.map { ByteString($0) })
            for member in try Self.object("added_tokens.json", in: folder)?.object?.members ?? [] {
                let content = member.key
                guard let id = member.value.int32, id >= 0 else {
                    throw .badField(file: "added_tokens.json", name: content, needs: "an id")
                }
                let isSpecial = spellings.contains(ByteString(content))
                added.append(AddedToken(id: id, content: content, isNormalized: !isSpecial, isSpecial: isSpecial))
            }
            added.sort { $0.id < $1.id }
        }
    }

    /// Checks the list in tokenizer_config.json against tokenizer.json's tokens, which it may only mark as special: in transformers the
    /// flags and ids of tokenizer.json count, and tokens that it lacks are appended.
    private mutating func join(_ listed: [AddedToken]) throws(TokenizerError) {
        var places: [Int32: [Int]] = [:]
        for (index, token) in added.enumerated() { places[token.id, default: []].append(index) }
        for token in listed {
            guard let index = places[token.id]?.first(where: { added[$0].content == token.content }) else {
                throw .conflict(
                    file: Self.config,
                    what: "its added token '\(token.content)' does not have the id \(token.id) in \(Self.whole), as it needs to")
            }
            added[index].isSpecial = added[index].isSpecial || token.isSpecial
        }
    }

    private mutating func readSpecials(_ object: JSON, file: String) throws(TokenizerError) {
        for role in SpecialRole.allCases {
            guard let value = object[role.rawValue] else { continue }
            if value == .null {
                guard role == .bos || role == .eos || role == .mask || role == .padding else {
                    throw .badField(file: file, name: role.rawValue, needs: "a token")
                }
                specials[role] = nil
            } else if let token = value.string ?? value["content"]?.string {
                specials[role] = token
                if value.object != nil { descriptions[ByteString(token)] = value }
            } else {
                throw .badField(file: file, name: role.rawValue, needs: "a token")
            }
        }
        // What transformers 5 lists as extra_special_tokens counts only where tokenizer.json calls it special.
        if let tokens = object["additional_special_tokens"]?.array {
            additional = tokens.compactMap { $0.string ?? $0["content"]?.string }
        }
    }

    /// A boolean setting; `null` counts as false, as in Python.
    func flag(_ name: String, default value: Bool) throws(TokenizerError) -> Bool {
        try optionalFlag(name, default: value) ?? false
    }

    /// A setting that is true, false or unset.
    func optionalFlag(_ name: String, default value: Bool?) throws(TokenizerError) -> Bool? {
        guard let setting = settings[name] else { return value }
        if setting == .null { return nil }
        guard let flag = setting.bool else { throw .badField(file: Self.config, name: name, needs: "true or false") }
        return flag
    }

    /// Whether a space is put in front of a text. In transformers 4 this setting counts, false by default, and not what tokenizer.json says.
    func addsPrefixSpace() throws(TokenizerError) -> Bool {
        guard settings["tokenizer_class"]?.string == "TokenizersBackend" else { return try flag("add_prefix_space", default: false) }
        return fast?["pre_tokenizer"]?["add_prefix_space"]?.bool ?? true
    }

    /// The strings of a list setting.
    func list(_ name: String) -> [String] { settings[name]?.array?.compactMap(\.string) ?? [] }

    /// The maximum length that the folder specifies. Exporters write a huge number if there is none.
    var maxLength: Int? {
        // Old files call it max_len.
        guard let value = (settings["model_max_length"] ?? settings["max_len"])?.double, value >= 1, value < 1e9 else { return nil }
        return Int(value)
    }

    /// The special tokens of all roles and the additional ones, in the order in which transformers lists them, without duplicates.
    var allSpecials: [String] {
        var seen: Set<ByteString> = []
        return (SpecialRole.allCases.compactMap { specials[$0] } + additional).filter { seen.insert(ByteString($0)).inserted }
    }

    /// The spellings of special tokens, which no text may become.
    var specialSpellings: Set<ByteString> { Set((allSpecials + added.filter(\.isSpecial).map(\.content)).map { ByteString($0) }) }

    /// The spellings of special tokens that stay text where a text spells them.
    var textSpecials: Set<ByteString> { specialTokens == .text ? specialSpellings : [] }

    /// The tokens that are looked for in a text: added ones, in which special tokens that stay text are matched too, and special tokens in no
    /// list if they are to be read as tokens.
    func foundTokens(_ table: TokenTable) -> [AddedToken] {
        guard specialTokens == .tokens else { return added }
        let listed = Set(added.map { ByteString($0.content) })
        return added
            + allSpecials.compactMap { spelling in
                guard !listed.contains(ByteString(spelling)), let id = table.ids[ByteString(spelling)] else { return nil }
                if let value = descriptions[ByteString(spelling)], var token = AddedToken(value, id: id) {
                    token.isSpecial = true
                    return token
                }
                let isMask = specials[.mask] == spelling
                return AddedToken(
                    id: id, content: spelling, isNormalized: false, isSpecial: true,
                    takesSpaceBefore: isMask && family.maskTakesSpaceBefore)
            }
    }

    /// The spellings that lower-casing leaves unchanged: special tokens, then added ones that are matched in normalised text.
    var keptInLowercasing: [String] { allSpecials + added.filter { !$0.isSpecial && $0.isNormalized }.map(\.content) }

    func bytes(_ name: String) throws(TokenizerError) -> [UInt8] { try Self.read(name, in: folder) }

    static func read(_ name: String, in folder: String) throws(TokenizerError) -> [UInt8] {
        // Non-blocking: otherwise opening a pipe would wait for a writer.
        let descriptor = open(folder + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(file: name, why: systemMessage(errno)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: name, why: "it is a folder, a pipe or a device, and a file is needed")
        }
        let bytes: [UInt8]
        do { bytes = [UInt8](try file.readToEnd() ?? Data()) } catch {
            throw .unreadable(file: name, why: (error as NSError).localizedDescription)
        }
        if bytes.withUnsafeBytes({ ForeignFile.name(ofBytes: $0) }) == .gitLFSPointer {
            throw .conflict(file: name, what: ForeignFile.gitLFSPointer.description)
        }
        return bytes
    }

    /// A JSON file's object, or nil if the file does not exist.
    static func object(_ name: String, in folder: String) throws(TokenizerError) -> JSON? {
        guard FileManager.default.fileExists(atPath: folder + "/" + name) else { return nil }
        let bytes = try read(name, in: folder)
        guard let object = json(bytes), object.object != nil else { throw .notJSON(file: name) }
        return object
    }

    /// The value that a file holds; nil if it is not JSON.
    static func json(_ bytes: [UInt8]) -> JSON? { bytes.withUnsafeBytes { try? JSON(parsing: $0) } }
}

extension JSON {
    /// A number that is an `Int32`, however it is written.
    var int32: Int32? { int.flatMap { Int32(exactly: $0) } ?? double.flatMap { Int32(exactly: $0) } }
}
