/// How a score differs between groups of people, on the same templates.
///
/// For template t and group g, s[t, g] is the mean score over the group's terms, and d[t, g] = s[t, g] - the mean of s[t, ·] over the groups. A group's
/// difference is the mean of d over the templates, with a ``Bootstrap`` interval over the templates.
package struct AttributeGaps: Sendable {
    package struct Group: Sendable {
        package let name: String
        package let terms: Int
        package let difference: Double
        package let interval: ClosedRange<Double>

        /// Whether the interval leaves out 0.
        package var isApart: Bool { !interval.contains(0) }
    }

    /// The widest difference between two terms in one template.
    package struct Extreme: Sendable {
        package let texts: [String]
        package let scores: [Double]
    }

    package let attribute: String
    package let groups: [Group]
    /// The number of templates whose answer is not the same for all terms.
    package let flips: Int
    package let extreme: Extreme

    /// The largest difference of a group minus the smallest one.
    package var gap: Double { groups.map(\.difference).max()! - groups.map(\.difference).min()! }

    /// - Parameters:
    ///   - groups: the name of each term's group.
    ///   - texts: for each template the text with each term.
    ///   - scores: their scores.
    ///   - answers: their answers.
    package init(attribute: String, groups: [String], texts: [[String]], scores: [[Double]], answers: [[String]], threads: Int) {
        let names = groups.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let places = names.map { name in groups.indices.filter { groups[$0] == name } }
        let differences = scores.map { row in
            let means = places.map { place in place.reduce(0) { $0 + row[$1] } / Double(place.count) }
            let mean = means.reduce(0, +) / Double(means.count)
            return means.map { $0 - mean }
        }
        func means(_ weights: [Int32]) -> [Double] {
            names.indices.map { group in
                zip(weights, differences).reduce(0) { $0 + Double($1.0) * $1.1[group] } / Double(differences.count)
            }
        }
        let observed = means([Int32](repeating: 1, count: scores.count))
        let intervals = Bootstrap(rows: scores.count, threads: threads).intervals(names.count, means)
        self.attribute = attribute
        self.groups = names.indices.map { group in
            Group(
                name: names[group], terms: places[group].count, difference: observed[group],
                interval: intervals[group] ?? observed[group]...observed[group])
        }
        flips = answers.count { Set($0).count > 1 }
        let widest = scores.indices.max { Self.width(scores[$0]) < Self.width(scores[$1]) }!
        let order = scores[widest].indices.sorted { scores[widest][$0] < scores[widest][$1] }
        let ends = [order.first!, order.last!]
        extreme = Extreme(texts: ends.map { texts[widest][$0] }, scores: ends.map { scores[widest][$0] })
    }

    private static func width(_ scores: [Double]) -> Double { scores.max()! - scores.min()! }
}
