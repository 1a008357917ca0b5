/// The results on parts of the rows.
package struct Slices: Sendable, Equatable {
    /// A part of the rows.
    package struct Part: Sendable, Equatable {
        package let name: String
        package let rows: Int
        package let correct: Int

        package var accuracy: Double { rows == 0 ? 0 : Double(correct) / Double(rows) }
        /// See ``wilsonInterval(_:of:)``.
        package var interval: ClosedRange<Double> { wilsonInterval(correct, of: rows) }
    }

    /// What the rows are divided by.
    package let title: String
    package let parts: [Part]
}
