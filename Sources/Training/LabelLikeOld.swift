import TenorReading

/// A new label for a head that grows differs from one of its own only in a way that is easily overlooked, such as case.
package struct LabelLikeOld: Error, Equatable, CustomStringConvertible {
    let folder: String
    let new: String
    let own: String

    package var description: String {
        "\(folder): its head has \(quoted(own)), and the corpus's \(quoted(new)) would become another label; "
            + "a new label needs a name that is not taken for an old one"
    }
}
