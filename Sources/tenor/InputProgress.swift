import TenorMeasuring

/// How much of the input is done and how long the rest takes, to be shown while it is read.
struct InputProgress {
    /// In bytes; nil if it is not known.
    private let size: Double?
    /// What is done with a text, as a participle.
    private let done: String
    private let clock = ContinuousClock()
    /// When and where the work began. What an interrupted run had done counts for neither.
    private var start: (time: ContinuousClock.Instant, position: Double)?

    init(size: Double?, done: String = "classified") { (self.size, self.done) = (size, done) }

    mutating func begin(at position: Double) {
        if start == nil { start = (clock.now, position) }
    }

    /// - Parameters:
    ///   - texts: how many are done.
    ///   - position: how many bytes of the input come before the next text.
    func line(_ texts: Int, position: Double) -> String {
        let count = "\(counted(texts, "text")) \(done)"
        guard let size, let start, position > start.position else { return count }
        let seconds = start.time.duration(to: clock.now) / .seconds(1)
        let left = seconds / (position - start.position) * max(0, size - position)
        return "\(count)  \(fixed(100 * min(1, position / size), 0)) %  \(duration(left)) left"
    }
}
