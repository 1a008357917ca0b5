/// A line to be drawn. A point that lies closer to the last one than a drawing would show takes its place, so that a curve over any number
/// of rows has at most some hundred points.
package struct Curve: Sendable, Equatable {
    package struct Point: Sendable, Equatable {
        package let x: Double
        package let y: Double
    }

    package private(set) var points: [Point]
    /// The last point that stays.
    private var kept: Point

    private static let step = 1.0 / 256

    package init(start: Point) {
        points = [start]
        kept = start
    }

    package mutating func add(x: Double, y: Double) {
        let isNear = points.count > 1 && abs(points[points.count - 1].x - kept.x) + abs(points[points.count - 1].y - kept.y) < Self.step
        if isNear { points.removeLast() } else { kept = points[points.count - 1] }
        points.append(Point(x: x, y: y))
    }
}
