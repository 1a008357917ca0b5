import TenorLayers

/// The seconds of each body: the least of many short rounds in which they take turns, so that other work on the machine meets all alike.
func seconds(_ bodies: [() -> Void]) -> [Double] {
    let clock = ContinuousClock()
    func time(_ body: () -> Void, _ count: Int) -> Double {
        let start = clock.now
        for _ in 0..<count { body() }
        let elapsed = (clock.now - start).components
        return (Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18) / Double(count)
    }
    // Each is called as often as fits into a millisecond, once at least.
    let counts = bodies.map { body in
        body()
        return max(1, Int(1e-3 / max(time(body, 1), 1e-9)))
    }
    var least = bodies.map { _ in Double.infinity }
    for _ in 0..<60 {
        for index in bodies.indices { least[index] = min(least[index], time(bodies[index], counts[index])) }
    }
    return least
}

/// A line of a table: what a layer does in a second, and which part that is of what its ceiling does.
struct Line {
    let name: String
    let rate: Double
    let unit: String
    let ceiling: Double

    init(_ name: String, _ rate: Double, _ unit: String, of ceiling: Double) {
        (self.name, self.rate, self.unit, self.ceiling) = (name, rate, unit, ceiling)
    }

    static let header = "| | | ceiling | |\n|---|---|---|---|"

    var markdown: String { "| \(name) | \(rounded(rate)) \(unit) | \(rounded(ceiling)) | \(Int((100 * rate / ceiling).rounded())) % |" }
}

/// Two or three figures that count.
func rounded(_ number: Double, _ digits: Int = 1) -> String {
    let power = digits == 2 ? 100.0 : 10.0
    return number < 100 ? "\((power * number).rounded() / power)" : "\(Int(number.rounded()))"
}

/// Reproducible numbers about as large as a network's.
func numbers(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
    Matrix(
        rows: rows, columns: columns,
        filledBy: { buffer in
            for index in buffer.indices { buffer[index] = Float(mixed(seed &+ UInt64(index)) >> 40) / 16_777_216 - 0.5 }
        })
}
