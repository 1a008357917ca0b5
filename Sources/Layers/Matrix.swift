import CTenorVector
import Glibc

/// A value of `rows` × `columns` floats in row-major order: a weight, a gradient or an optimizer's moment.
///
/// The memory is either owned or borrowed from a region that another object keeps alive, such as a mapped file. Copies share it; the first
/// mutation of a shared or borrowed matrix copies it. So frozen base weights are never copied, and a cold start reads only the pages that
/// it touches.
package struct Matrix: Sendable {
    package let rows: Int
    package let columns: Int
    private var storage: Storage

    /// All zeros.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        storage = Storage(zeros: rows * columns)
    }

    package init(rows: Int, columns: Int, _ elements: [Float]) {
        precondition(elements.count == rows * columns)
        self.rows = rows
        self.columns = columns
        storage = Storage(uninitialized: elements.count)
        elements.withUnsafeBufferPointer { storage.base.update(from: $0.baseAddress!, count: elements.count) }
    }

    /// Floats at `base`, valid and unchanging for as long as `owner` lives.
    package init(rows: Int, columns: Int, borrowing base: UnsafePointer<Float>, keptBy owner: AnyObject & Sendable) {
        self.rows = rows
        self.columns = columns
        storage = Storage(borrowing: UnsafeMutablePointer(mutating: base), count: rows * columns, owner: owner)
    }

    /// Uninitialized memory that `fill` must write completely.
    package init(rows: Int, columns: Int, filledBy fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        self.rows = rows
        self.columns = columns
        storage = Storage(uninitialized: rows * columns)
        try fill(UnsafeMutableBufferPointer(start: storage.base, count: rows * columns))
    }

    package var count: Int { rows * columns }

    /// A read-only view that keeps the memory alive.
    package var view: Rows { Rows(storage.base, count: rows, width: columns, keeper: storage) }

    /// Each row, [1, columns].
    package var rowViews: [Rows] { (0..<rows).map { view[$0..<$0 + 1] } }

    /// A writable view. Valid until this variable is copied, mutated through another view, or destroyed.
    package mutating func mutableView() -> Rows {
        if storage.owner != nil || !isKnownUniquelyReferenced(&storage) {
            let copy = Storage(uninitialized: count)
            copy.base.update(from: storage.base, count: count)
            storage = copy
        }
        return Rows(storage.base, count: rows, width: columns)
    }

    /// Copies the other's numbers. They go into memory that this matrix owns, so that a later change to the other does not trigger a copy.
    /// Borrowed memory is shared instead, because it never changes.
    package mutating func copy(from other: Matrix) {
        if storage === other.storage { return }
        if other.isBorrowed || other.count != count {
            self = other
        } else {
            if isBorrowed || !isKnownUniquelyReferenced(&storage) { storage = Storage(uninitialized: count) }
            storage.base.update(from: other.storage.base, count: count)
        }
    }

    package subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row < rows && column < columns)
            return storage.base[row * columns + column]
        }
        set {
            precondition(row < rows && column < columns)
            mutableView().base[row * columns + column] = newValue
        }
    }

    package var elements: [Float] { view.elements }

    /// The raw bytes: little-endian floats on all supported machines.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(start: storage.base, count: count * MemoryLayout<Float>.size))
        }
    }

    package func row(_ index: Int) -> [Float] { view[index..<index + 1].elements }

    /// Whether the memory belongs to another object.
    package var isBorrowed: Bool { storage.owner != nil }

    private final class Storage: @unchecked Sendable {
        let base: UnsafeMutablePointer<Float>
        let owner: AnyObject?
        private let allocation: UnsafeMutableRawPointer?

        convenience init(uninitialized count: Int) { self.init(count) { malloc($0) } }

        /// The system supplies large zeroed memory page by page at the first write, which many threads may do at once.
        convenience init(zeros count: Int) { self.init(count) { calloc($0, 1) } }

        private init(_ count: Int, _ allocate: (_ bytes: Int) -> UnsafeMutableRawPointer?) {
            guard let allocation = allocate(count * MemoryLayout<Float>.stride + Rows.alignment) else { fatalError("out of memory") }
            self.allocation = allocation
            base = allocation.alignedUp(toMultipleOf: Rows.alignment).bindMemory(to: Float.self, capacity: count)
            owner = nil
        }

        init(borrowing base: UnsafeMutablePointer<Float>, count: Int, owner: AnyObject & Sendable) {
            self.base = base
            self.owner = owner
            allocation = nil
        }

        deinit { free(allocation) }
    }
}
