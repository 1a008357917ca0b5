import TenorLayers
import TenorReading

/// Unlabelled texts to choose from: each text once, and of more than ``mostTexts`` a random sample (Vitter 1985, algorithm R).
package struct SuggestionPool: Sendable {
    package struct Entry: Sendable {
        package let text: InputText
        package let source: String
        package let line: Int
    }

    package static let mostTexts = 50_000

    package private(set) var entries: [Entry] = []
    /// The number of different texts.
    package private(set) var count = 0
    private var seen: Set<UInt64> = []
    private var randomness: Randomness

    package init(seed: UInt64) { randomness = Randomness(seed: seed) }

    /// Adds the text of a document, unless it is blank or was there before.
    package mutating func add(_ document: Document) {
        guard !document.isBlank, seen.insert(textHash(uniformText(document.input.joined))).inserted else { return }
        let entry = Entry(text: document.input, source: document.source, line: document.line)
        count += 1
        if entries.count < Self.mostTexts { return entries.append(entry) }
        let place = randomness.below(count)
        if place < entries.count { entries[place] = entry }
    }
}
