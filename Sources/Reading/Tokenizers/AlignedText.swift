import Foundation

/// The bytes of a rewritten text, each with the range of original bytes that it came from.
struct AlignedText {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []
    private let hasOrigins: Bool

    init(capacity: Int, hasOrigins: Bool = true) {
        self.hasOrigins = hasOrigins
        bytes.reserveCapacity(capacity)
        guard hasOrigins else { return }
        starts.reserveCapacity(capacity)
        ends.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8, _ start: Int32, _ end: Int32) {
        bytes.append(byte)
        guard hasOrigins else { return }
        starts.append(start)
        ends.append(end)
    }

    mutating func append(_ text: TracedText) {
        for element in text.elements {
            for byte in UTF8.encode(element.scalar) ?? UTF8.encodedReplacementCharacter { append(byte, element.start, element.end) }
        }
    }

    mutating func removeLast() {
        bytes.removeLast()
        guard hasOrigins else { return }
        starts.removeLast()
        ends.removeLast()
    }

    /// The range of the original that `range` of this text came from.
    func origin(_ range: Range<Int>) -> Range<Int> {
        guard let first = starts.first, let last = ends.last else { return 0..<0 }
        let start = range.lowerBound < starts.count ? starts[range.lowerBound] : last
        guard !range.isEmpty else { return Int(start)..<Int(start) }
        return Int(max(first, start))..<Int(max(start, ends[range.upperBound - 1]))
    }
}
