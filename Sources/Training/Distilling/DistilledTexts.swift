/// The texts of a distillation, in numbers.
package struct DistilledTexts: Sendable, Equatable {
    /// Without blank texts, of which there is nothing to learn.
    package var rows = 0
    package var labelled = 0
    package var blank = 0
    /// The number of texts that were truncated for the student.
    package var truncated = 0
    /// SHA-256 of all texts and labels, in hexadecimal digits.
    package var digest = ""
}
