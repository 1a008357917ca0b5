import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// What the frozen part of a model makes of each row, computed once: every later epoch pays only for what lies above the cut.
///
/// Rows are filled in fixed groups, all of a group or none, because a product's last bits depend on what it is computed together with.
/// Groups stay in memory up to a budget, then go to an unnamed file that is mapped; beyond that they are computed again when asked for.
package struct CachedActivations: Sendable {
    /// Bytes that states may take in memory and in the temporary file.
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

    /// Rows computed together.
    private static let groupSize = 128

    package let boundary: FrozenBoundary
    private let isPooled: Bool
    private let rows: [[Int32]]
    /// Within its group, the first row of each row's states.
    private let offsets: [Int]
    private var groups: [Matrix?] = []
    package private(set) var places: [Place] = []
    /// Why states that were to go to the disk could not; nil if they could, or none were to.
    package private(set) var diskFailure: FileError?

    /// Computes the states of all rows. `report` is told how many rows are done; it may throw to stop.
    package init(
        _ rows: [[Int32]], _ model: Model, below boundary: FrozenBoundary, budget: Budget = .standard, threads: Int,
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
                // A disk that has no room for this group has none for the others.
                if size <= disk { diskFailure = file.failure }
                disk = 0
                groups.append(nil)
                places.append(.nowhere)
            }
            try report(first + group.count)
        }
        self.offsets = offsets
    }

    /// What lies below the cut for some rows, in their order.
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

/// A file without a name, made when it is first written to: it is gone when the program ends, however it ends.
private final class TemporaryFile {
    private let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    private var descriptor: Int32?
    private var end = 0
    /// Why the last matrix could not be kept.
    private(set) var failure: FileError?

    deinit { if let descriptor { close(descriptor) } }

    /// Appends the matrix and returns it as mapped from the file; nil where there is no place for it.
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

    /// An invalid descriptor where no file can be made.
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
