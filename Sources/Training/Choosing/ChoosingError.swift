/// Why bases cannot be compared on a corpus.
package enum ChoosingError: Error, Equatable, CustomStringConvertible {
    case tooFewRows(source: String)

    package var description: String {
        switch self {
        case .tooFewRows(let source): "\(source): no label has two rows, so none can be held out; more rows are needed"
        }
    }
}
