import ArgumentParser
import TenorReading

/// What separates the fields of a table, as the user names it: the word `tab`, or a single ASCII character other than a quote and a line
/// end.
struct Delimiter: ExpressibleByArgument {
    let byte: UInt8

    init?(argument: String) {
        let bytes = Array((argument == "tab" || argument == "\\t" ? "\t" : argument).utf8)
        guard bytes.count == 1, isDelimiter(bytes[0]) else { return nil }
        byte = bytes[0]
    }
}
