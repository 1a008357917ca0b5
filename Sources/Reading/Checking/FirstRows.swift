/// How many rows something is true of, and the first of them.
package struct FirstRows: Sendable, Equatable {
    package private(set) var count = 0
    /// At most ``most``, in rising order.
    package private(set) var rows: [Int] = []

    package static let most = 1000

    package init() {}

    package mutating func add(_ row: Int) {
        count += 1
        if rows.count < Self.most { rows.append(row) }
    }
}
