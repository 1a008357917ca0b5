/// The curves of one label against the rest. What is not defined, because the label has no rows or all of them, is nil.
package struct LabelCurves: Sendable, Equatable {
    package let areaUnderROC: Double?
    package let averagePrecision: Double?
    package let roc: Curve?
    package let precisionRecall: Curve?

    /// - Parameter ranked: nil if a score is NaN.
    init(_ ranked: RankedScores?) {
        areaUnderROC = ranked?.areaUnderROC()
        averagePrecision = ranked?.averagePrecision
        roc = ranked?.roc
        precisionRecall = ranked?.precisionRecall
    }
}
