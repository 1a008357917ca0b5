/// A weight is NaN or infinite, so that nothing can be computed with it.
package struct NonFiniteWeights: Error, Equatable, CustomStringConvertible {
    let folder: String
    let name: String

    package init(folder: String, name: String) { (self.folder, self.name) = (folder, name) }

    package var description: String { "\(folder): '\(name)' holds NaN or infinity, weights must be finite numbers" }
}
