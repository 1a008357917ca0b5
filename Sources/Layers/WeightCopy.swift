import CTenorVector

/// A weight [outputs, inputs] in the layouts that products need.
final class WeightCopy: @unchecked Sendable {
    /// The forms in which a weight is multiplied.
    struct Uses: OptionSet, Sendable {
        let rawValue: UInt8
        /// Wᵀ, the right factor of x Wᵀ.
        static let transposed = Uses(rawValue: 1)
        /// W, the right factor of dy W.
        static let straight = Uses(rawValue: 2)
        /// W in its stored layout, in bf16, for small-m products.
        static let plain = Uses(rawValue: 4)
    }

    /// For each output of an int8 weight: the scale and the sum of the row.
    struct Outputs {
        let scales: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Int32>
    }

    let uses: Uses
    let transposed: VectorPanels
    let straight: VectorPanels
    let halves: UnsafeMutablePointer<UInt16>?
    /// For int8 only.
    let outputs: Outputs?
    private let precision: Precision
    /// Rows of a right factor that each word packs.
    private let sharing: Int

    /// - Parameter uses: the forms to create; int8 supports only `.transposed`.
    init(_ weight: Rows, _ precision: Precision, for uses: Uses) {
        let sharing =
            switch precision {
            case .fp32: 1
            case .bf16: 2
            case .int8: 4
            }
        func panels(_ use: Uses, _ rows: Int, _ columns: Int) -> VectorPanels {
            let words = Panels.words(rows, columns, sharing: sharing)
            let base = uses.contains(use) ? UnsafeMutableRawPointer.allocate(byteCount: 4 * words, alignment: Rows.alignment) : nil
            return VectorPanels(base: base, row: Panels.width, panel: (rows + sharing - 1) / sharing * Panels.width)
        }
        transposed = panels(.transposed, weight.width, weight.count)
        straight = panels(.straight, weight.count, weight.width)
        halves = uses.contains(.plain) ? .allocate(capacity: weight.elementCount) : nil
        outputs = precision == .int8 ? Outputs(scales: .allocate(capacity: weight.count), sums: .allocate(capacity: weight.count)) : nil
        self.uses = uses
        self.precision = precision
        self.sharing = sharing
        fill(weight, 0..<weight.count)
    }

    /// Fills the copies from some rows of the weight. The range starts at a panel of the transpose and ends at a panel or at the end of the
    /// weight.
    func fill(_ weight: Rows, _ rows: Range<Int>) {
        let (first, width) = (rows.lowerBound, weight.width)
        let straightWords = words(straight).map { $0 + first / sharing * Panels.width }
        let turnedWords = words(transposed).map { $0 + first / Panels.width * transposed.panel }
        switch precision {
        case .fp32: vector_panels_f32(weight.row(first), straightWords, straight.panel, turnedWords, rows.count, width)
        case .bf16:
            if straightWords != nil || turnedWords != nil {
                vector_panels_bf16(weight.row(first), straightWords, straight.panel, turnedWords, rows.count, width)
            }
            if let halves { vector_to_bf16(weight.row(first), halves + first * width, rows.count * width) }
        case .int8:
            withUnsafeTemporaryAllocation(of: Int8.self, capacity: rows.count * width) { bytes in
                vector_quantize_weights(
                    weight.row(first), bytes.baseAddress, outputs!.scales + first, outputs!.sums + first, rows.count, width)
                vector_panels_s8(bytes.baseAddress, turnedWords, rows.count, width)
            }
        }
    }

    private func words(_ panels: VectorPanels) -> UnsafeMutablePointer<UInt32>? {
        panels.base.map { UnsafeMutableRawPointer(mutating: $0).assumingMemoryBound(to: UInt32.self) }
    }

    deinit {
        words(transposed)?.deallocate()
        words(straight)?.deallocate()
        halves?.deallocate()
        outputs?.scales.deallocate()
        outputs?.sums.deallocate()
    }
}
