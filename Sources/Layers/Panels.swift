import CTenorVector

/// A view of a matrix [rows, columns] in panels, the layout that the kernels use for right factors and for both factors of a gradient: see
/// `VectorPanels`.
struct Panels {
    enum Element { case float, half }

    /// Columns in a panel.
    static let width = 64

    let base: UnsafeMutablePointer<UInt32>
    /// Rows of 32-bit words: as many as the matrix has, or half as many (rounded up) if each word packs two.
    let depth: Int
    let element: Element

    /// The words that a matrix takes if each word packs `sharing` rows.
    static func words(_ rows: Int, _ columns: Int, sharing: Int) -> Int {
        (rows + sharing - 1) / sharing * ((columns + width - 1) / width * width)
    }

    init(_ x: Rows, _ arena: Arena) {
        self.init(x.count, x.width, .float, sharing: 1, arena)
        vector_panels_f32(x.base, base, Self.width * x.count, nil, x.count, x.width)
    }

    init(_ x: BF16Rows, _ arena: Arena) {
        self.init(x.count, x.width, .half, sharing: 2, arena)
        vector_panels_of_bf16(x.base, base, x.count, x.width)
    }

    private init(_ rows: Int, _ columns: Int, _ element: Element, sharing: Int, _ arena: Arena) {
        let words = Self.words(rows, columns, sharing: sharing)
        base = UnsafeMutableRawPointer(arena.rows(1, words).base).assumingMemoryBound(to: UInt32.self)
        depth = (rows + sharing - 1) / sharing
        self.element = element
    }

    /// The start of the columns from `column` on, which must be the first of a panel.
    func from(_ column: Int) -> UnsafeMutablePointer<UInt32> { base + column * depth }
}
