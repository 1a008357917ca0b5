import TenorReading

/// The corpus has some of the labels of the base's head and adds others. A new head would lose what the base's knows.
package struct HeadOverlap: Error, Equatable, CustomStringConvertible {
    let folder: String
    let own: [String]
    let new: [String]

    package var description: String {
        "\(folder): its head is for \(quoted(own)) and lacks the corpus's \(quoted(new)), which needs a new head for all labels"
    }
}
