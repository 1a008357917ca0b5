import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// The frozen part's output for each row, computed once, so that later epochs compute only what lies above the frozen boundary.
///
/// Rows are computed and stored in fixed groups, all of a group or none. Groups stay in memory up to a budget, then go to an unnamed,
/// memory-mapped file; beyond that they are computed again on demand, with the same bits.
package struct CachedActivations: Sendable {
    /// The bytes that cached activations may take in memory and in the temporary file.
    package struct Budget: Sendable {
        package var memory: Int
        package var disk: Int

        package static let standard = Budget(memory: MemoryEstimate.mostStates, disk: 16 << 30)

        package init(memory: Int, disk: Int) {
            self.memory = memory
            self.disk = disk
        }
    }

    package enum Place: Sendable { case memory, disk, nowhere }

    /// The number of rows that are computed together.
    private static let groupSize = 128

    package let boundary: FrozenBoundary
    private let isPooled: Bool
    private let rows: [TokenRow]
    /// The first row of each row's activations within its group.
    private let offsets: [Int]
    private var groups: [Matrix?] = []
    package private(set) var places: [Place] = []
    /// Why activations could not be written to disk; nil if they could, or if none had to be.
    package private(set) var diskFailure: FileError?

    /// Computes the activations of all rows. `report` receives the number of rows done; it may throw to stop.
    package init(
        _ rows: [TokenRow], _ model: Model, below boundary: FrozenBoundary, budget: Budget = .standard, threads: Int,
        report: (_ done: Int) throws -> Void = { _ in }
    ) throws {
        self.boundary = boundary
        self.rows = rows
        isPooled = boundary == .after(blocks: model.encoder.blockCount)
        var offsets: [Int] = []
        var (memory, disk) = (budget.memory, budget.disk)
        let file = TemporaryFile()
        for first in stride(from: 0, to: rows.count, by: Self.groupSize) {
            let group = Array(rows[first..<min(first + Self.groupSize, rows.count)])
            var offset = 0
            for row in group {
                offsets.append(offset)
                offset += isPooled ? 1 : row.count
            }
            let size = offset * model.encoder.width * MemoryLayout<Float>.size
            if size <= memory {
                memory -= size
                groups.append(model.states(group, below: boundary, pooled: isPooled, threads: threads))
                places.append(.memory)
            } else if size <= disk, let kept = file.keep(model.states(group, below: boundary, pooled: isPooled, threads: threads)) {
                disk -= size
                groups.append(kept)
                places.append(.disk)
            } else {
                // If the disk has no room for this group, it has none for the others.
                if size <= disk { diskFailure = file.failure }
                disk = 0
                groups.append(nil)
                places.append(.nowhere)
            }
            try report(first + group.count)
        }
        self.offsets = offsets
    }

    /// The cached activations of some rows, in the order of `indices`.
    package func below(_ indices: [Int], _ model: Model, threads: Int) -> Batch.Below {
        var fresh: [Int: Matrix] = [:]
        let windows = indices.map { index in
            let group = index / Self.groupSize
            let matrix: Matrix
            if let kept = groups[group] ?? fresh[group] {
                matrix = kept
            } else {
                let first = group * Self.groupSize
                matrix = model.states(
                    Array(rows[first..<min(first + Self.groupSize, rows.count)]), below: boundary, pooled: isPooled, threads: threads)
                fresh[group] = matrix
            }
            return matrix.view[offsets[index]..<offsets[index] + (isPooled ? 1 : rows[index].count)]
        }
        return isPooled ? .pooled(windows) : .states(windows)
    }
}

/// An unnamed file, created when it is first written to. It disappears when the program ends, however it ends.
private final class TemporaryFile {
    private let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    private var descriptor: Int32?
    private var end = 0
    /// Why a matrix could not be stored.
    private(set) var failure: FileError?

    deinit { if let descriptor { close(descriptor) } }

    /// Appends the matrix and returns it mapped from the file; nil if it cannot be stored.
    func keep(_ matrix: Matrix) -> Matrix? {
        let file = descriptor ?? make()
        descriptor = file
        let size = matrix.count * MemoryLayout<Float>.size
        let isWritten = matrix.withBytes { bytes in
            var written = 0
            while written < size {
                let count = pwrite(file, bytes.baseAddress! + written, size - written, off_t(end + written))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                written += count
            }
            return true
        }
        guard isWritten, let region = Region(file, offset: end, size: size) else {
            failure = failure ?? .unwritable(file: folder, reason: systemMessage(errno))
            return nil
        }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        end = (end + size + page - 1) / page * page
        return Matrix(
            rows: matrix.rows, columns: matrix.columns, borrowing: region.base.assumingMemoryBound(to: Float.self), keptBy: region)
    }

    /// Returns an invalid descriptor if no file can be created.
    private func make() -> Int32 {
        var path = Array("\(folder)/tenor-states-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        if descriptor >= 0 { unlink(path) } else { failure = .unwritable(file: folder, reason: systemMessage(errno)) }
        return descriptor
    }

    private final class Region: @unchecked Sendable {
        let base: UnsafeRawPointer
        private let size: Int

        init?(_ descriptor: Int32, offset: Int, size: Int) {
            guard let mapped = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, off_t(offset)), mapped != MAP_FAILED else { return nil }
            base = UnsafeRawPointer(mapped)
            self.size = size
        }

        deinit { munmap(UnsafeMutableRawPointer(mutating: base), size) }
    }
}
