/// Something about a corpus that whoever trains on it should know.
package struct Finding: Sendable {
    package enum Severity: String, Sendable, CaseIterable {
        /// It spoils training, or what is measured with these rows.
        case error
        /// It is probably unintended and may cost accuracy.
        case warning
        /// Worth knowing.
        case note
    }

    package enum Name: String, Sendable, CaseIterable {
        case invalidRows = "invalid-rows"
        case oneLabel = "one-label"
        case unlikelyLabels = "unlikely-labels"
        case similarLabels = "similar-labels"
        case spacedLabels = "spaced-labels"
        case missingValueLabels = "missing-value-labels"
        case singleRowLabels = "single-row-labels"
        case smallLabels = "small-labels"
        case imbalance
        case unlabelledRows = "unlabelled-rows"
        case unknownLabels = "unknown-labels"
        case emptyTexts = "empty-texts"
        case duplicates
        case nearDuplicates = "near-duplicates"
        case contradictions
        case nearContradictions = "near-contradictions"
        case leaks
        case nearLeaks = "near-leaks"
        case labelErrors = "label-errors"
        case seenRows = "seen-rows"
        case replacementCharacters = "replacement-characters"
        case mojibake
        case controlCharacters = "control-characters"
        case htmlTags = "html-tags"
        case htmlEntities = "html-entities"
        case scripts
        case truncation
        case unknownTokens = "unknown-tokens"
    }

    /// A row as an example shows it.
    package struct Row: Sendable, Equatable {
        /// Its file and line.
        package let file: String
        package let line: Int
        /// Empty if there is none.
        package let label: String
        /// Nil if it is not shown.
        package let text: String?
        /// What is to be said about this row; empty if nothing is.
        package let note: String

        package init(file: String, line: Int, label: String, text: String?, note: String = "") {
            (self.file, self.line, self.label, self.text, self.note) = (file, line, label, text, note)
        }

        package var place: String { "\(file):\(line)" }
    }

    package let name: Name
    package let severity: Severity
    /// How many rows, or labels, it is about.
    package let count: Int
    /// What was found, as a sentence.
    package let what: String
    /// What to do, as a sentence.
    package let advice: String
    /// Rows that belong together are one example. The first have their texts.
    package let examples: [[Row]]

    package init(_ name: Name, _ severity: Severity, count: Int, _ what: String, _ advice: String, examples: [[Row]] = []) {
        (self.name, self.severity, self.count) = (name, severity, count)
        (self.what, self.advice, self.examples) = (what, advice, examples)
    }
}
