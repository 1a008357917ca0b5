/// Why the tables of an audit cannot be used.
package enum AuditError: Error, Equatable, CustomStringConvertible {
    case badExpectation(file: String, line: Int, value: String)
    case noPlace(file: String, line: Int)
    case oneGroup(file: String, attribute: String)

    package var description: String {
        switch self {
        case .badExpectation(let file, let line, let value):
            "\(file):\(line): the column 'score' has \(quoted(value)), 'same', 'rise' or 'fall' is needed"
        case .noPlace(let file, let line): "\(file):\(line): the template has no place for a term, {term} or {Term} is needed"
        case .oneGroup(let file, let attribute): "\(file): the attribute \(quoted(attribute)) has one group, two to compare are needed"
        }
    }
}
