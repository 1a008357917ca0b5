/// An option's value is out of range.
package struct OptionError: Error, Equatable, CustomStringConvertible {
    /// The option's name in the library, such as `batchSize`.
    package let option: String
    /// For example "at least 1".
    package let needed: String

    package init(_ option: String, needed: String) {
        self.option = option
        self.needed = needed
    }

    package var description: String { "\(option) must be \(needed)" }
}
