import TenorModeling

/// One of the ways to train that automatic tuning compares.
package struct Recipe: Sendable {
    /// For display, such as "all layers".
    package let name: String
    /// With a policy and an objective.
    package let options: TuningOptions

    /// From this number of rows on, training all layers is best without a comparison, and a tenth of the rows is enough to measure by.
    package static let manyRows = 2000

    /// The recipes for a base with this many blocks, those first that have been best on corpora of that size. What the options fix stays as
    /// it is.
    ///
    /// - Parameters:
    ///   - rows: the number of training rows.
    ///   - isDivisible: whether upper blocks can be trained without the lower ones.
    ///   - keepsHead: whether training continues with the base's own head.
    static func all(_ options: TuningOptions, rows: Int, blocks: Int, isDivisible: Bool, keepsHead: Bool) -> [Recipe] {
        let upper = isDivisible ? max(1, blocks / 3) : blocks
        let contrastive = Recipe("contrastive, \(upper == blocks ? "all" : "top \(upper)") layers", options) {
            $0.unfreezing = isDivisible ? .top(upper) : .all
            $0.objective = .contrastive
            $0.headStrength = $0.headStrength ?? HeadSolver.usualStrength
        }
        let all = Recipe("all layers", options) {
            $0.unfreezing = .all
            $0.objective = .classification
            if keepsHead { $0.headFit = .stepped }
        }
        let head = Recipe("head only", options) {
            $0.unfreezing = Unfreezing.none
            $0.objective = .classification
        }
        if keepsHead || rows >= manyRows { return [all] }
        if options.headFit == .stepped { return [all] }
        if options.objective == .contrastive { return [contrastive] }
        if options.objective == .classification { return [all, head] }
        return rows < 100 ? [contrastive, head] : [all, contrastive, head]
    }

    /// What the options say.
    init(fixed options: TuningOptions, keepsHead: Bool) {
        self.init(options.policy.description, options) { if keepsHead { $0.headFit = .stepped } }
    }

    private init(_ name: String, _ options: TuningOptions, _ change: (inout TuningOptions) -> Void) {
        var options = options
        change(&options)
        (self.name, self.options) = (name, options)
    }
}
