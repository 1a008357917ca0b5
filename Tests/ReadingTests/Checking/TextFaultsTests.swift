import TenorReading
import Testing

@Suite struct TextFaultsTests {
    @Test(
        arguments: [
            ("a plain text, été & more; <3 <user> a < b > c", []),
            ("bad \u{FFFD} byte", [TextFaults.replacement]),
            ("cafÃ© au lait", [.mojibake]), ("itâ€™s", [.mojibake]), ("Ð¿Ñ€Ð¸", [.mojibake]), ("naÃ¯ve", [.mojibake]),
            ("5\u{C2}\u{A0}km", [.mojibake]),
            ("SÃO PAULO, voilà…» été…» café”—", []), ("ÀÉÎ ÑÖ", []),
            ("bell \u{7}", [.control]), ("it\u{92}s", [.control]), ("\u{FEFF}text", [.control]), ("tab\tand\nline\r\n", []),
            ("one<br />two", [.tag]), ("<a href=\"x\">here</a>", [.tag]), ("</P>", [.tag]), ("<b", []), ("<bold>", []), ("<i < j>", []),
            ("you &amp; me", [.entity]), ("&#39;", [.entity]), ("&#x2F;", [.entity]), ("it #39;s", [.entity]), ("said quot;yes", [.entity]),
            ("AT&T; R&D; #1; c#7;", []), ("<p>&nbsp;\u{1}", [.tag, .entity, .control]),
        ] as [(String, TextFaults)])
    func `Traces of wrong decoding and of HTML are found`(text: String, faults: TextFaults) {
        #expect(TextFaults(in: text) == faults, "\(text)")
    }

    @Test(arguments: [
        ("Größe 12", Script.latin), ("Привет, world", .cyrillic), ("こんにちは世界", .kana), ("你好", .han), ("안녕", .hangul), ("12 :-) 😀", .none),
        ("Γειά", .greek), ("مرحبا", .arabic), ("नमस्ते", .devanagari), ("สวัสดี", .thai), ("שלום", .hebrew), ("", .none), ("ሰላም", .other),
    ])
    func `A text has the script of most of its letters`(text: String, script: Script) { #expect(Script(of: text) == script) }
}
