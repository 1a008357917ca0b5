import CTenorVector
import Glibc
import TenorThreads

/// AdamW (Loshchilov and Hutter 2019) with bias correction, as `torch.optim.AdamW` computes it:
/// w -= rate · decay · w; m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²; w -= rate · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
package struct AdamW: Sendable {
    package static let (beta1, beta2, epsilon): (Float, Float, Float) = (0.9, 0.999, 1e-8)

    /// The moments of the trainable slots only.
    package var mean: Parameters
    package var square: Parameters
    /// Steps that each slot has taken. A slot that is unfrozen late starts at 0, because its moments start then.
    package var steps: [Int]

    package init(zerosFor table: ParameterTable, _ trainable: Trainable) {
        mean = Parameters(zerosFor: table, trainable)
        square = Parameters(zerosFor: table, trainable)
        steps = Array(repeating: 0, count: table.entries.count)
    }

    /// Adds zero moments for slots that have become trainable.
    package mutating func grow(to table: ParameterTable, _ trainable: Trainable) {
        for slot in trainable.slots where mean[slot].count == 0 {
            mean[slot] = Matrix(rows: table[slot].rows, columns: table[slot].columns)
            square[slot] = Matrix(rows: table[slot].rows, columns: table[slot].columns)
        }
    }

    private static let chunk = 1 << 16

    /// One step over all trainable slots. Each gradient is first multiplied by `scale` (gradient clipping); `rate` gives each slot its
    /// learning rate.
    ///
    /// - Parameter stepped: called with each range of updated rows of a weight, on the thread that has them in its cache. A range has a
    ///   multiple of 64 rows, except at the end of the weight.
    package mutating func step(
        _ weights: inout Parameters, _ gradient: Parameters, table: ParameterTable, scale: Float, decay: Float, threads: Int,
        rate: (ParameterTable.Entry) -> Float, stepped: (Slot, Rows, Range<Int>) -> Void = { _, _, _ in }
    ) {
        struct Chunk {
            let slot: Slot
            let rows: Range<Int>
            let w: Rows, g: Rows, m: Rows, v: Rows
        }
        var chunks: [Chunk] = []
        let rates = table.entries.map(rate)
        let trained = table.slots.filter { gradient[$0].count > 0 }
        weights.makeWritable(trained, threads: threads)
        for slot in trained {
            let (w, g) = (weights[slot].mutableView(), gradient.rows(slot))
            let (m, v) = (mean[slot].mutableView(), square[slot].mutableView())
            steps[slot.index] += 1
            let height = max(1, Self.chunk / g.width / Panels.width) * Panels.width
            for first in stride(from: 0, to: g.count, by: height) {
                chunks.append(Chunk(slot: slot, rows: first..<min(first + height, g.count), w: w, g: g, m: m, v: v))
            }
        }
        // Largest chunks first, so that no core is left with a long one at the end.
        chunks.sort { $0.rows.count * $0.g.width > $1.rows.count * $1.g.width }
        let (work, steps) = (chunks, steps)
        parallel(work.count, threads: threads) { index in
            let chunk = work[index]
            let (w, g, m, v) = (chunk.w[chunk.rows], chunk.g[chunk.rows], chunk.m[chunk.rows], chunk.v[chunk.rows])
            let step = Double(steps[chunk.slot.index])
            if step == 1 {
                // They are zero already, but the system has not allocated their pages yet. A page that is read before it is written faults
                // twice.
                m.clear()
                v.clear()
            }
            vector_adamw(
                w.base, g.base, m.base, v.base, g.elementCount, scale, rates[chunk.slot.index], Self.beta1, Self.beta2, Self.epsilon,
                table[chunk.slot].decays ? decay : 0, Float(1 - pow(Double(Self.beta1), step)), Float(1 - pow(Double(Self.beta2), step)))
            stepped(chunk.slot, chunk.w, chunk.rows)
        }
    }

    /// The factor by which a step scales a weight that has never had a gradient: only weight decay applies.
    package static func remainingShare(rate: Float, decay: Float) -> Float { 1 - rate * decay }

    /// y = w · shares[0] · shares[1] · …, rounded as that many separate steps would round it.
    package static func decay(_ w: Rows, by shares: [Float], into y: Rows, threads: Int) {
        let shares = shares.filter { $0 != 1 }
        let chunks = Array(stride(from: 0, to: w.elementCount, by: chunk))
        parallel(chunks.count, threads: threads) { index in
            let (first, count) = (chunks[index], min(chunk, w.elementCount - chunks[index]))
            (y.base + first).update(from: w.base + first, count: count)
            vector_decay(y.base + first, count, shares, shares.count)
        }
    }
}
