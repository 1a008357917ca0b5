import TenorLayers
import TenorThreads

/// A pool of idle arenas, so that each serves many micro-batches and none is freed between them.
final class Arenas: Sendable {
    private let idle = Lock<[Arena]>([])

    func take() -> Arena { idle.withLock { $0.popLast() } ?? Arena() }

    func give(_ arena: Arena) {
        arena.reset()
        idle.withLock { $0.append(arena) }
    }
}
