import TenorLayers

/// The targets of rows, in the form that a ``Task`` needs.
package enum Targets: Hashable, Sendable {
    /// For each row the index of its label.
    case labels([Int])
    /// For each row the indices of its labels, in ascending order.
    case sets([[Int]])
    /// For each row a number for each output.
    case numbers([[Double]])

    package var count: Int {
        switch self {
        case .labels(let labels): labels.count
        case .sets(let sets): sets.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// The task that has such targets.
    package var task: Task {
        switch self {
        case .labels: .singleLabel
        case .sets: .multiLabel
        case .numbers: .regression
        }
    }

    /// The index of each row's label. Only for rows with one label each.
    package var labels: [Int] {
        guard case .labels(let labels) = self else { preconditionFailure("rows without a single label each") }
        return labels
    }

    /// The targets of some rows, in the order of `rows`.
    package subscript(rows: some Sequence<Int>) -> Targets {
        switch self {
        case .labels(let labels): .labels(rows.map { labels[$0] })
        case .sets(let sets): .sets(rows.map { sets[$0] })
        case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
        }
    }

    /// The same for a model that has label `index` as its label `order[index]`.
    package func renumbered(_ order: [Int]) -> Targets {
        switch self {
        case .labels(let labels): .labels(labels.map { order[$0] })
        case .sets(let sets): .sets(sets.map { $0.map { order[$0] }.sorted() })
        case .numbers(let numbers): .numbers(numbers.map { row in order.indices.map { row[order.firstIndex(of: $0)!] } })
        }
    }

    /// The number of rows with each label; empty in a regression.
    package func counts(labels count: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        switch self {
        case .labels(let labels): for label in labels { counts[label] += 1 }
        case .sets(let sets): for label in sets.joined() { counts[label] += 1 }
        case .numbers: return []
        }
        return counts
    }

    /// The sum of the rows' weights: what the sum of their losses is divided by. Rows with any number of labels, or numbers, count 1.
    func totalWeight(_ weights: LossWeights) -> Double {
        guard case .labels(let labels) = self, weights.labels != nil else { return Double(count) }
        return labels.reduce(0) { $0 + weights.weight($1) }
    }

    /// For each label the weight with which all labels count the same: rows / (labels · rows of the label), as scikit-learn's "balanced"; of
    /// several labels, rows without the label / rows with it. A label without rows counts 1.
    package func balancedWeights(labels count: Int) -> [Double] {
        let counts = counts(labels: count).map(Double.init)
        let rows = Double(self.count)
        switch self {
        case .labels: return counts.map { $0 > 0 ? rows / (Double(count) * $0) : 1 }
        case .sets: return counts.map { $0 > 0 && $0 < rows ? (rows - $0) / $0 : 1 }
        case .numbers: return []
        }
    }

    /// Those of `rows` whose label is among the labels of other rows. A model cannot know a label that it has no row of.
    package func answerable(_ rows: [Int], after trained: [Int]) -> [Int] {
        guard case .labels(let labels) = self else { return rows }
        let known = Set(trained.map { labels[$0] })
        return rows.filter { known.contains(labels[$0]) }
    }

    /// A class for each row, so that parts of the rows with about equally many of each class are alike: the label; the rarest of several
    /// labels; or the tenth of the rows in which the first number lies.
    package var strata: [Int] {
        switch self {
        case .labels(let labels): return labels
        case .sets(let sets):
            let labelCount = (sets.lazy.compactMap(\.last).max() ?? -1) + 1
            let counts = counts(labels: labelCount)
            return sets.map { set in set.min { (counts[$0], $0) < (counts[$1], $1) } ?? labelCount }
        case .numbers(let numbers):
            var strata = [Int](repeating: 0, count: numbers.count)
            let order = numbers.indices.sorted { (numbers[$0][0], $0) < (numbers[$1][0], $1) }
            for (place, row) in order.enumerated() { strata[row] = place * min(10, (numbers.count + 1) / 2) / numbers.count }
            return strata
        }
    }
}
