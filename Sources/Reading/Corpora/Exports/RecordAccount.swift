/// What became of the records of a source: each was used as a row, or left out for a reason.
package struct RecordAccount: Sendable, Equatable {
    /// How many became rows.
    package private(set) var used = 0
    /// How many were left out, by reason.
    package private(set) var leftOut: [LeftOut: Int] = [:]

    package init() {}

    /// How many were read.
    package var records: Int { leftOut.values.reduce(used, +) }

    mutating func use() { used += 1 }

    /// Leaves out records that were used.
    mutating func withdraw(_ reason: LeftOut, _ count: Int) {
        used -= count
        leaveOut(reason, count)
    }

    mutating func leaveOut(_ reason: LeftOut, _ count: Int = 1) { if count > 0 { leftOut[reason, default: 0] += count } }
}

extension RecordAccount: CustomStringConvertible {
    package var description: String {
        let reasons = LeftOut.allCases.compactMap { reason in leftOut[reason].map { "\($0) \(reason)" } }
        return "\(records) record\(records == 1 ? "" : "s"), \(used) used"
            + (reasons.isEmpty ? "" : "; left out: \(reasons.joined(separator: ", "))")
    }
}
