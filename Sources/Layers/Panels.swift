import CTenorVector

/// A window onto a matrix [rows, columns] in panels, the form in which the kernels take a right factor and both factors of a gradient: see
/// `VectorPanels`.
struct Panels {
    enum Element { case float, half }

    /// Columns in a panel.
    static let width = 64

    let base: UnsafeMutablePointer<UInt32>
    /// Rows of words: as many as the matrix has, or half as many where a word has two of them.
    let depth: Int
    let element: Element

    /// Words for a matrix whose rows share words by `sharing`.
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

    /// Where the columns from `column` on begin, which is the first of a panel.
    func from(_ column: Int) -> UnsafeMutablePointer<UInt32> { base + column * depth }
}
