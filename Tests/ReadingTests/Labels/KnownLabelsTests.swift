import TenorReading
import Testing

@Suite struct KnownLabelsTests {
    @Test func `Labels are compared byte by byte`() {
        let known = KnownLabels(["caf\u{E9}", "bar"])
        #expect(known.index(of: "caf\u{E9}") == 0 && known.index(of: "bar") == 1)
        #expect(known.index(of: "cafe\u{301}") == nil && known.index(of: "Bar") == nil)
        #expect(known.label(like: "Bar") == "bar" && known.label(like: "baz") == nil)
    }

    @Test func `Numbers stand for placeholders if there is no other name`() {
        let placeholders = KnownLabels(["LABEL_0", "LABEL_1"])
        #expect(placeholders.index(of: "1") == 1 && placeholders.isNumber("1"))
        #expect(placeholders.index(of: "LABEL_1") == 1 && !placeholders.isNumber("LABEL_1"))
        #expect(placeholders.index(of: "2") == nil && placeholders.index(of: "01") == nil && !placeholders.isNumber("2"))
        for others in [["LABEL_0", "other"], ["LABEL_1", "LABEL_0"], ["zero", "one"]] {
            #expect(KnownLabels(others).index(of: "0") == nil)
        }
    }

    @Test func `A name that two labels share stands for the first`() { #expect(KnownLabels(["a", "b", "a"]).index(of: "a") == 0) }
}
