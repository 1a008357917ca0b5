/// What was written cannot be used, so it was not saved.
package struct UnusableFolder: Error, Equatable, CustomStringConvertible {
    let path: String
    let reason: String

    package var description: String { "\(path): not saved, because what was written cannot be used: \(reason)" }
}
