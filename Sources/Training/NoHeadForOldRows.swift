/// There are old rows, but the base has no head of its own that could have been tuned on them.
package struct NoHeadForOldRows: Error, Equatable, CustomStringConvertible {
    let folder: String

    package var description: String { "\(folder): it has no head of its own, and old rows need a classifier that was tuned on them" }
}
