import TenorModeling

/// One of the ways to train that automatic tuning compares.
package struct Recipe: Sendable {
    /// For display, such as "all layers".
    package let name: String
    /// With a policy and an objective.
    package let options: TuningOptions

    /// From this number of rows on, training all layers is best without a comparison, and a tenth of the rows is enough to measure by.
    package static let manyRows = 2000

    /// The recipes to compare, those first that have been best on corpora of that size. What the options fix stays as it is.
    ///
    /// - Parameters:
    ///   - rows: the number of the corpus's rows.
    ///   - keepsHead: whether training continues with the base's own head.
    static func all(_ options: TuningOptions, rows: Int, keepsHead: Bool) -> [Recipe] {
        let all = Recipe("all layers", options) {
            $0.unfreezing = .all
            // Dev rows are for measuring, which is honest only if they chose nothing.
            $0.choosesEpoch = false
            $0.objective = $0.objective ?? .classification
            if keepsHead { $0.headFit = .stepped }
        }
        let head = Recipe("head only", options) {
            $0.unfreezing = Unfreezing.none
            $0.objective = .classification
        }
        let isOne = keepsHead || rows >= manyRows || options.headFit == .stepped || options.objective == .contrastive
        let recipes = isOne ? [all] : [all, head]
        guard options.classWeights == .automatic, options.metric == .macroF1 else { return recipes }
        return recipes + recipes.map { recipe in Recipe("\(recipe.name), labels balanced", recipe.options) { $0.classWeights = .balanced } }
    }

    /// What the options say.
    init(fixed options: TuningOptions, keepsHead: Bool) {
        self.init(options.policy.description, options) { if keepsHead { $0.headFit = .stepped } }
    }

    /// The same with another seed.
    func seeded(_ seed: UInt64) -> Recipe { Recipe(name, options) { $0.seed = seed } }

    private init(_ name: String, _ options: TuningOptions, _ change: (inout TuningOptions) -> Void) {
        var options = options
        change(&options)
        (self.name, self.options) = (name, options)
    }
}
