/// There is no text to learn from.
package struct NoTexts: Error, CustomStringConvertible {
    package var description: String { "the texts: there is none that is not blank, at least one is needed" }
}
