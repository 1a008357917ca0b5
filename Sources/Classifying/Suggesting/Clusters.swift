import TenorLayers

/// Points in clusters by k-means (Lloyd 1982), begun with k-means++ (Arthur and Vassilvitskii 2007). Computed on one thread, so the same seed gives
/// the same clusters.
package struct Clusters {
    /// Each point's cluster, and its squared distance from the cluster's mean.
    package private(set) var places: [Int]
    package private(set) var distances: [Double]

    private static let rounds = 10

    /// - Parameters:
    ///   - points: [points, width]
    ///   - count: the number of clusters, at most the number of points.
    package init(_ points: Rows, count: Int, seed: UInt64) {
        places = [Int](repeating: 0, count: points.count)
        distances = [Double](repeating: 0, count: points.count)
        guard points.count > 0, count > 0 else { return }
        var means = Self.start(points, count, seed)
        for _ in 0..<Self.rounds {
            assign(points, means)
            means = self.means(points, means)
        }
        assign(points, means)
    }

    /// The first mean is any point. Each further one is a point that is drawn in proportion to its squared distance from the nearest mean.
    private static func start(_ points: Rows, _ count: Int, _ seed: UInt64) -> [[Float]] {
        var randomness = Randomness(seed: seed)
        var means = [point(points, randomness.below(points.count))]
        var nearest = [Double](repeating: .infinity, count: points.count)
        while means.count < count {
            for point in 0..<points.count { nearest[point] = min(nearest[point], distance(points, point, means.last!)) }
            let total = nearest.reduce(0, +)
            guard total > 0 else { break }
            var rest = randomness.uniform() * total
            let drawn = nearest.indices.first { place in
                rest -= nearest[place]
                return rest < 0 && nearest[place] > 0
            }
            means.append(point(points, drawn ?? nearest.indices.max { nearest[$0] < nearest[$1] }!))
        }
        return means
    }

    private static func point(_ points: Rows, _ index: Int) -> [Float] { points[index..<index + 1].elements }

    private mutating func assign(_ points: Rows, _ means: [[Float]]) {
        for point in places.indices {
            let all = means.map { Self.distance(points, point, $0) }
            places[point] = all.indices.min { all[$0] < all[$1] }!
            distances[point] = all[places[point]]
        }
    }

    /// A cluster without points keeps its mean.
    private func means(_ points: Rows, _ old: [[Float]]) -> [[Float]] {
        var sums = old.map { _ in [Float](repeating: 0, count: points.width) }
        var counts = [Float](repeating: 0, count: old.count)
        for (point, place) in places.enumerated() {
            counts[place] += 1
            for column in 0..<points.width { sums[place][column] += points.row(point)[column] }
        }
        return old.indices.map { place in counts[place] == 0 ? old[place] : sums[place].map { $0 / counts[place] } }
    }

    private static func distance(_ points: Rows, _ point: Int, _ mean: [Float]) -> Double {
        let row = points.row(point)
        var sum: Float = 0
        for column in 0..<points.width {
            let difference = row[column] - mean[column]
            sum += difference * difference
        }
        return Double(sum)
    }
}
