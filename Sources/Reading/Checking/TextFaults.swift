/// What is left in a text of a wrong decoding or of a page's markup.
package struct TextFaults: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// U+FFFD, which stands for bytes that could not be decoded.
    package static let replacement = TextFaults(rawValue: 1)
    /// UTF-8 that was decoded as Windows-1252, such as "Ã©"; see ``Mojibake``.
    package static let mojibake = TextFaults(rawValue: 2)
    /// Control characters other than tabs and line ends, and byte order marks.
    package static let control = TextFaults(rawValue: 4)
    /// An HTML tag, such as `<br />`.
    package static let tag = TextFaults(rawValue: 8)
    /// An HTML entity, such as `&amp;`, also without its first character, such as `#39;`.
    package static let entity = TextFaults(rawValue: 16)

    package static let all: [TextFaults] = [.replacement, .mojibake, .control, .tag, .entity]

    package init(in text: String) {
        var text = text
        self = text.withUTF8 { TextFaults(in: $0) }
    }

    private init(in bytes: UnsafeBufferPointer<UInt8>) {
        self = []
        var isForeign = false
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case 0x20...0x25, 0x27...0x3A, 0x3D...0x7E, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "<"): if !contains(.tag), isTag(bytes, at: place) { insert(.tag) }
            case UInt8(ascii: "&"): if !contains(.entity), isEntity(bytes, at: place + 1) { insert(.entity) }
            case UInt8(ascii: ";"): if !contains(.entity), endsBareEntity(bytes, at: place) { insert(.entity) }
            case 0x80...: isForeign = true
            default: insert(.control)
            }
        }
        guard isForeign else { return }
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where scalar.value >= 0x80 {
            switch scalar.value {
            case 0xFFFD: insert(.replacement)
            // U+0085 is a line end.
            case 0x80..<0x85, 0x86..<0xA0, 0xFEFF: insert(.control)
            default: break
            }
        }
        if Mojibake.occurs(in: bytes) { insert(.mojibake) }
    }
}

/// Whether an HTML tag begins at `<`: a known name, perhaps attributes, and `>` within 300 bytes. `<user>` and `<3` are none.
private func isTag(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    var place = start + 1
    if place < bytes.count, bytes[place] == UInt8(ascii: "/") { place += 1 }
    let name = bytes[place...].prefix(11).prefix { isLetter($0) || isDigit($0) }
    guard !name.isEmpty, tagNames.contains(String(decoding: name, as: UTF8.self).lowercased()) else { return false }
    place += name.count
    guard place < bytes.count else { return false }
    switch bytes[place] {
    case UInt8(ascii: ">"), UInt8(ascii: "/"), 0x20, 0x09, 0x0A, 0x0D: break
    default: return false
    }
    let rest = bytes[place...].prefix(300)
    guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
    return !rest[..<end].contains(UInt8(ascii: "<"))
}

private let tagNames: Set<String> = [
    "a", "abbr", "article", "aside", "audio", "b", "big", "blockquote", "body", "br", "button", "center", "code", "dd", "del", "div", "dl",
    "dt", "em", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe", "img",
    "input", "ins", "label", "li", "link", "main", "meta", "nav", "ol", "option", "p", "pre", "q", "s", "script", "section", "select",
    "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title",
    "tr", "tt", "u", "ul", "video",
]

/// Whether the name or number of an entity, and `;`, begin at `start`.
private func isEntity(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    let rest = bytes[min(start, bytes.count)...].prefix(10)
    guard let end = rest.firstIndex(of: UInt8(ascii: ";")), end > start else { return false }
    let name = rest[..<end]
    if name.first == UInt8(ascii: "#") {
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X")
        let number = isHexadecimal ? digits.dropFirst() : digits
        return !number.isEmpty && number.allSatisfy { isDigit($0) || isHexadecimal && isHexadecimalLetter($0) }
    }
    return entityNames.contains(String(decoding: name, as: UTF8.self))
}

/// Whether `;` ends an entity that has lost its `&`, at the beginning of a word: `#39;` or `quot;`.
private func endsBareEntity(_ bytes: UnsafeBufferPointer<UInt8>, at end: Int) -> Bool {
    var start = end
    while start > 0, end - start < 6, isLetter(bytes[start - 1]) || isDigit(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "#") {
        start -= 1
    }
    guard start < end, start == 0 || bytes[start - 1] == 0x20 else { return false }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    if word.hasPrefix("#") { return word.utf8.count > 2 && word.utf8.dropFirst().allSatisfy(isDigit) }
    return ["quot", "amp", "nbsp"].contains(word)
}

private let entityNames: Set<String> = [
    "amp", "apos", "bull", "cent", "copy", "deg", "euro", "gt", "hellip", "laquo", "ldquo", "lsquo", "lt", "mdash", "middot", "nbsp",
    "ndash", "pound", "quot", "raquo", "rdquo", "reg", "rsquo", "times", "trade",
]

private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private func isHexadecimalLetter(_ byte: UInt8) -> Bool { (0x41...0x46).contains(byte & 0xDF) }
