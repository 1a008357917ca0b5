import CTenorVector
import Glibc

/// A view of `[count, width]` floats, row-major, owned by something else: an ``Arena``'s activations or a ``Matrix``.
///
/// The kernels work on these views, which do no bounds checks. A matrix's view keeps the matrix's memory alive; an arena's is valid until
/// the arena is released. A pointer taken from a view is valid only while the view or its owner is alive.
package struct Rows: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>
    package let count: Int
    package let width: Int
    private let keeper: AnyObject?

    package init(_ base: UnsafeMutablePointer<Float>, count: Int, width: Int, keeper: AnyObject? = nil) {
        self.base = base
        self.count = count
        self.width = width
        self.keeper = keeper
    }

    package var elementCount: Int { count * width }

    package subscript(rows: Range<Int>) -> Rows {
        assert(rows.lowerBound >= 0 && rows.upperBound <= count)
        return Rows(base + rows.lowerBound * width, count: rows.count, width: width, keeper: keeper)
    }

    package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * width }

    package var elements: [Float] {
        withExtendedLifetime(keeper) { Array(UnsafeBufferPointer(start: base, count: elementCount)) }
    }

    /// Whether no element is infinite or NaN. Reads all of them.
    package var isFinite: Bool { withExtendedLifetime(keeper) { vector_is_finite(base, elementCount) != 0 } }

    package func clear() { fill(0) }

    package func fill(_ value: Float) { base.update(repeating: value, count: elementCount) }

    package func copy(from other: Rows) {
        assert(other.elementCount == elementCount)
        withExtendedLifetime(other) { base.update(from: other.base, count: elementCount) }
    }

    /// self += other
    package func add(_ other: Rows) {
        assert(other.elementCount == elementCount)
        vector_add(other.base, base, elementCount)
    }

    /// The size of a cache line, so that no vector load straddles two lines.
    static let alignment = 64

    static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: alignment)
            .bindMemory(to: Float.self, capacity: count)
    }
}
