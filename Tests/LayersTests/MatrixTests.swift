import TenorLayers
import Testing

@Suite struct MatrixTests {
    private final class Owner: Sendable {}

    @Test("Numbers taken over from another matrix stay as they are when that one changes, and need no new memory the second time")
    func copies() {
        var source = Matrix(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
        var kept = Matrix(rows: 2, columns: 3)
        kept.copy(from: source)
        let place = kept.view.base
        let sourcePlace = source.view.base
        source[1, 2] = 7
        #expect(source.view.base == sourcePlace, "it shares nothing, so it is changed in place")
        #expect(kept.elements == [1, 2, 3, 4, 5, 6])
        kept.copy(from: source)
        #expect(kept.elements == [1, 2, 3, 4, 5, 7])
        #expect(kept.view.base == place)
    }

    @Test("What a copy of a matrix shares is not written over")
    func sharedMemory() {
        var kept = Matrix(rows: 1, columns: 2, [1, 2])
        let other = kept
        kept.copy(from: Matrix(rows: 1, columns: 2, [3, 4]))
        #expect(kept.elements == [3, 4])
        #expect(other.elements == [1, 2])
    }

    @Test("Borrowed numbers are shared, and never written to")
    func borrowed() {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: 2)
        defer { memory.deallocate() }
        memory.initialize(repeating: 5, count: 2)
        let borrowed = Matrix(rows: 1, columns: 2, borrowing: memory, keptBy: Owner())
        var kept = Matrix(rows: 1, columns: 2)
        kept.copy(from: borrowed)
        #expect(kept.isBorrowed)
        kept.copy(from: Matrix(rows: 1, columns: 2, [3, 4]))
        #expect(kept.elements == [3, 4])
        #expect(memory[0] == 5 && memory[1] == 5)
    }
}
