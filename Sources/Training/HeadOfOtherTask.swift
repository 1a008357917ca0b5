import TenorModeling

/// A base's head is to be kept, and it is for another task than the corpus.
package struct HeadOfOtherTask: Error, Equatable, CustomStringConvertible {
    let folder: String
    let own: Task
    let needed: Task

    package var description: String { "\(folder): its head is for \(own.name), the corpus needs one for \(needed.name)" }
}
