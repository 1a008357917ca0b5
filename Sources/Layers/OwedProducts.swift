import COneDNN
import COpenBLAS

/// What the shards owe the gradient of one weight: dW += Σ aᵀ b, a being [tokens, rows of W] and b [tokens, columns of W]. One of the two is
/// what the layer was given, the other the gradient of what it answered.
///
/// The factors of the shards are laid end to end before they are multiplied, so that a tile of the gradient is read and written once for a
/// thousand tokens, not once for each shard, and the product is deep enough to run at full speed.
struct OwedProducts<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
    struct Factor {
        let base: UnsafePointer<Element>
        let width: Int
    }

    private var shards: [(a: Factor, b: Factor, count: Int)] = []

    /// Tokens that are multiplied at one time: few enough for both sides of a tile to stay near the core.
    private static var mostTokens: Int { 1024 }

    mutating func add(a: Factor, b: Factor, count: Int) { shards.append((a, b, count)) }

    /// Calls `multiply` with windows onto the given columns of a and of b, for all shards; the windows may lie in the arena.
    func forEach(
        _ rows: Range<Int>, _ columns: Range<Int>, _ arena: Arena, multiply: (_ a: Factor, _ b: Factor, _ count: Int) -> Void
    ) {
        var first = 0
        while first < shards.count {
            var count = shards[first].count
            var end = first + 1
            while end < shards.count, count + shards[end].count <= Self.mostTokens {
                count += shards[end].count
                end += 1
            }
            let run = shards[first..<end]
            first = end
            if run.count == 1, let (a, b, count) = run.first {
                multiply(
                    Factor(base: a.base + rows.lowerBound, width: a.width), Factor(base: b.base + columns.lowerBound, width: b.width),
                    count)
                continue
            }
            // Rows of zeros add nothing, and spare the library a kernel for every number of tokens.
            let padded = (count + 31) / 32 * 32
            let mark = arena.mark
            let a = Self.laid(run.map { ($0.a, $0.count) }, rows, padded, arena)
            let b = Self.laid(run.map { ($0.b, $0.count) }, columns, padded, arena)
            multiply(a, b, padded)
            arena.release(to: mark)
        }
    }

    /// Some columns of matrices that follow one another, [count, columns], zeros below them.
    private static func laid(_ parts: [(Factor, Int)], _ columns: Range<Int>, _ count: Int, _ arena: Arena) -> Factor {
        let bytes = count * columns.count * MemoryLayout<Element>.stride
        let base = UnsafeMutableRawPointer(arena.rows(1, (bytes + 3) / 4).base).assumingMemoryBound(to: Element.self)
        var row = base
        for (part, count) in parts {
            for index in 0..<count {
                row.update(from: part.base + index * part.width + columns.lowerBound, count: columns.count)
                row += columns.count
            }
        }
        row.update(repeating: 0, count: base + count * columns.count - row)
        return Factor(base: base, width: columns.count)
    }
}

extension OwedProducts<Float> {
    /// target = the products, or += where `adding`, for some rows and columns of the weight. From the first product on, `adding` is true.
    func add(to target: Rows, _ rows: Range<Int>, _ columns: Range<Int>, adding: inout Bool, by engine: Engine, _ arena: Arena) {
        let tile = target.row(rows.lowerBound) + columns.lowerBound
        forEach(rows, columns, arena) { a, b, count in
            switch engine {
            case .oneDNN: multiply(onednn_f32, a.turned, b.straight, into: tile, target.width, rows.count, columns.count, count, adding)
            case .openBLAS:
                cblas_sgemm(
                    CblasRowMajor, CblasTrans, CblasNoTrans, BlasInt(rows.count), BlasInt(columns.count), BlasInt(count), 1, a.base,
                    BlasInt(a.width), b.base, BlasInt(b.width), adding ? 1 : 0, tile, BlasInt(target.width))
            }
            adding = true
        }
    }
}

/// Factors in bfloat16.
extension OwedProducts<UInt16> {
    func add(to target: Rows, _ rows: Range<Int>, _ columns: Range<Int>, adding: inout Bool, _ arena: Arena) {
        let tile = target.row(rows.lowerBound) + columns.lowerBound
        forEach(rows, columns, arena) { a, b, count in
            multiply(onednn_bf16, a.turned, b.straight, into: tile, target.width, rows.count, columns.count, count, adding)
            adding = true
        }
    }
}

extension OwedProducts.Factor {
    fileprivate var straight: OneDNNMatrix { by(base, width) }
    fileprivate var turned: OneDNNMatrix { Layers.turned(base, width) }
}

/// c = a b, or c += a b, c being [m, n] with a row every `stride` floats, a and b k deep.
private func multiply(
    _ kind: OneDNNKind, _ a: OneDNNMatrix, _ b: OneDNNMatrix, into c: UnsafeMutablePointer<Float>, _ stride: Int, _ m: Int, _ n: Int,
    _ k: Int, _ adding: Bool
) {
    let status = onednn_product(kind, a, b, nil, c, stride, m, n, k, adding ? 1 : 0)
    precondition(status == 0, "oneDNN refused a product of \(m) x \(n) x \(k)")
}
