package struct LengthError: Error, Equatable, CustomStringConvertible {
    let asked: Int
    let limit: Int
    let folder: String

    package init(asked: Int, limit: Int, folder: String) { (self.asked, self.limit, self.folder) = (asked, limit, folder) }

    package var description: String { "\(folder): a length of \(asked) tokens was asked for, this model takes at most \(limit)" }
}
