import COneDNN
import CVector

/// A weight [outputs, inputs] in the forms in which products take it: rounded, packed for the kernel that multiplies, or both.
final class WeightCopy: @unchecked Sendable {
    /// What a weight is multiplied as.
    struct Uses: OptionSet, Sendable {
        let rawValue: UInt8
        /// Wᵀ, the right factor of x Wᵀ.
        static let turned = Uses(rawValue: 1)
        /// W, the right factor of dy W.
        static let straight = Uses(rawValue: 2)
        /// W as it lies, for few rows.
        static let plain = Uses(rawValue: 4)
    }

    let turned: OneDNNMatrix?
    let straight: OneDNNMatrix?
    /// As it lies in memory, in bfloat16.
    var halves: UnsafePointer<UInt16>? { kind == onednn_bf16 ? bytes.map { UnsafePointer($0.assumingMemoryBound(to: UInt16.self)) } : nil }
    /// Of integers.
    let outputs: Outputs?

    private let kind: OneDNNKind
    private let bytes: UnsafeMutableRawPointer?
    /// What it was made for by ``init(training:for:)``.
    private let uses: Uses?

    /// For each output of an integer weight: what 1 stands for, and the sum of the row.
    final class Outputs: @unchecked Sendable {
        let scales: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Int32>

        init(_ count: Int) { (scales, sums) = (.allocate(capacity: count), .allocate(capacity: count)) }

        deinit {
            scales.deallocate()
            sums.deallocate()
        }
    }

    /// Rounded, for every use; nil for fp32, which takes the weight as it is.
    init?(_ weight: Rows, _ precision: Precision) {
        let count = weight.elementCount
        let bytes: UnsafeMutableRawPointer
        switch precision {
        case .fp32: return nil
        case .bf16:
            kind = onednn_bf16
            outputs = nil
            bytes = .allocate(byteCount: 2 * count, alignment: 64)
            vector_to_bf16(weight.base, bytes.bindMemory(to: UInt16.self, capacity: count), count)
        case .int8:
            kind = onednn_u8s8
            let rows = Outputs(weight.count)
            outputs = rows
            bytes = .allocate(byteCount: count, alignment: 64)
            vector_quantize_weights(
                weight.base, bytes.bindMemory(to: Int8.self, capacity: count), rows.scales, rows.sums, weight.count, weight.width)
        }
        self.bytes = bytes
        turned = Layers.turned(bytes, weight.width)
        straight = by(bytes, weight.width)
        uses = nil
    }

    /// `copy`, or the weight itself, packed for the way forward; nil where the kernel takes it best as it stands.
    init?(packing copy: WeightCopy?, _ weight: Rows) {
        kind = copy?.kind ?? onednn_f32
        let plain = copy.map { $0.turned! } ?? Layers.turned(weight.base, weight.width)
        guard plain.packed == nil, let packed = onednn_pack(kind, plain, weight.count, weight.width) else { return nil }
        turned = OneDNNMatrix(base: nil, row: 0, column: 0, packed: packed)
        (straight, bytes, outputs, uses) = (nil, nil, copy?.outputs, nil)
    }

    /// In bfloat16, in the forms that a step of training takes. What all shards multiply with is packed once for all of them: the library would do it
    /// for each.
    init(training weight: Rows, for uses: Uses) {
        let (rows, width) = (weight.count, weight.width)
        var (turned, straight): (OpaquePointer?, OpaquePointer?)
        if rows % 64 == 0, width % 64 == 0 {
            if uses.contains(.turned) { turned = onednn_tiles(rows, width) }
            if uses.contains(.straight) { straight = onednn_tiles(width, rows) }
        }
        let isPacked = uses.contains(.turned) == (turned != nil) && uses.contains(.straight) == (straight != nil)
        bytes = uses.contains(.plain) || !isPacked ? .allocate(byteCount: 2 * weight.elementCount, alignment: 64) : nil
        let bytes = bytes
        func matrix(_ packed: OpaquePointer?, _ plain: (UnsafeRawPointer, Int) -> OneDNNMatrix) -> OneDNNMatrix? {
            if let packed { return OneDNNMatrix(base: nil, row: 0, column: 0, packed: packed) }
            return bytes.map { plain($0, width) }
        }
        (self.turned, self.straight) = (matrix(turned, Layers.turned), matrix(straight, by))
        (kind, outputs, self.uses) = (onednn_bf16, nil, uses)
        fill(weight)
    }

    func serves(_ use: Uses) -> Bool {
        use.isSubset(of: [turned == nil ? [] : .turned, straight == nil ? [] : .straight, halves == nil ? [] : .plain])
    }

    /// The same for other numbers, in the same memory; false where it was made for something else. For nobody but its owner.
    func refill(_ weight: Rows, for uses: Uses) -> Bool {
        guard uses == self.uses else { return false }
        fill(weight)
        return true
    }

    private func fill(_ weight: Rows) {
        func tiles(_ matrix: OneDNNMatrix?) -> UnsafeMutablePointer<UInt16>? {
            matrix?.packed.map { onednn_bytes($0).assumingMemoryBound(to: UInt16.self) }
        }
        let (straight, turned) = (tiles(straight), tiles(turned))
        if straight != nil || turned != nil { vector_pack_bf16(weight.base, straight, turned, weight.count, weight.width) }
        if let bytes { vector_to_bf16(weight.base, bytes.assumingMemoryBound(to: UInt16.self), weight.elementCount) }
    }

    deinit {
        bytes?.deallocate()
        for packed in [turned?.packed, straight?.packed] {
            if let packed { onednn_discard(packed) }
        }
    }
}
