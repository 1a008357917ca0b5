/// An option whose value is out of its range.
package struct OptionError: Error, Equatable, CustomStringConvertible {
    /// As the library names it, such as `batchSize`.
    package let option: String
    /// Such as "at least 1".
    package let needed: String

    package init(_ option: String, needed: String) {
        self.option = option
        self.needed = needed
    }

    package var description: String { "\(option) must be \(needed)" }
}
