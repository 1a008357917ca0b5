import TenorReading

/// The base's head was to be kept, but it lacks labels of the corpus.
package struct HeadMismatch: Error, Equatable, CustomStringConvertible {
    let folder: String
    let own: [String]
    let corpus: [String]

    package var description: String {
        let own = own.isEmpty ? "no labels" : quoted(own)
        return "\(folder): its head is for \(own); the corpus has \(quoted(corpus)), and a head that is kept needs to have them all"
    }
}
