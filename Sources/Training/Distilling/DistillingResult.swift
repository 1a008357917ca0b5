/// What a distillation came to.
package struct DistillingResult: Sendable {
    package let steps: Int
    /// The mean loss of the last epoch's steps; nil if the folder had been saved by the run that this one continues.
    package let loss: Double?
}
