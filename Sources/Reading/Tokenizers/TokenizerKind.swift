/// A human-readable description of a tokenizer.
package struct TokenizerKind: Sendable, Equatable {
    package var name: String
    package var reasons: [String]
    /// Messages about settings of the folder that are not read.
    package var warnings: [String]

    package init(name: String, reasons: [String], warnings: [String] = []) {
        self.name = name
        self.reasons = reasons
        self.warnings = warnings
    }
}
