import TenorThreads

/// The records of a source that are no rows.
package struct BadRows: Sendable {
    package private(set) var count = 0
    /// The first of them: the file, the line, and what is wrong.
    package private(set) var first: [(file: String, line: Int, fault: String)] = []

    package private(set) var firstError: CorpusError?

    private static let most = 20

    mutating func add(_ error: CorpusError) {
        count += 1
        firstError = firstError ?? error
        guard first.count < Self.most, case .badRecord(let source, let place, let fault) = error else { return }
        first.append((sourceName(source), place.line, "\(fault)"))
    }
}
