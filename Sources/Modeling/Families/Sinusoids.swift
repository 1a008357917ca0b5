import TenorFiles
import TenorLayers

/// The positions of Vaswani et al. (2017), for positive and negative distances: sines of d / 10000^(2i / width) in the first half of the
/// columns, cosines in the second.
struct Sinusoids: Sendable {
    private let frequencies: [Float]
    /// Distances are clamped to ± this value; no clamping if it is not positive.
    private let clamp: Int

    init(width: Int, clamp: Int) {
        frequencies = (0..<width / 2).map { 1 / pow(10000, Float(2 * $0) / Float(width)) }
        self.clamp = clamp
    }

    /// [distances, width]. Frequencies and angles are in single precision as in transformers, which matters at large distances.
    func rows(_ distances: Range<Int>, _ pass: Pass) -> Rows {
        let half = frequencies.count
        let rows = pass.arena.rows(distances.count, 2 * half)
        for (index, distance) in distances.enumerated() {
            let position = Float(clamp > 0 ? min(max(distance, -clamp), clamp) : distance)
            let row = rows.row(index)
            for (column, frequency) in frequencies.enumerated() {
                row[column] = sin(position * frequency)
                row[half + column] = cos(position * frequency)
            }
        }
        return rows
    }
}
