/// The base's head was to be kept, but it has different labels than the corpus.
package struct HeadMismatch: Error, Equatable, CustomStringConvertible {
    let folder: String
    let own: [String]
    let corpus: [String]

    package var description: String {
        let own = own.isEmpty ? "no labels" : own.joined(separator: ", ")
        return "\(folder): its head is for \(own); the corpus has \(corpus.joined(separator: ", ")), and a head that is kept needs the same"
    }
}
