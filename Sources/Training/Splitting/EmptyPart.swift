import TenorReading

/// A part would have no rows.
package struct EmptyPart: Error, CustomStringConvertible {
    let source: String
    let part: String

    package var description: String {
        "\(sourceName(source)): no row is left for \(part), needs a label with more rows, or fewer rows that have to stay together"
    }
}
