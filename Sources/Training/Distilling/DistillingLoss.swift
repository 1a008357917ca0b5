import TenorLayers
import TenorModeling

/// What a student's training minimizes: the weighted sum of one or several distances from what the teachers give, in the mean over the rows.
package struct DistillingLoss: Sendable {
    package enum Part: Sendable {
        /// (1 - share) times the ``AnswerDivergence`` of the head's logits plus, for a row with labels, share times the task's own loss. Without
        /// labels, the share is 0.
        case answers(temperature: Double, labelShare: Double)
        /// The ``CosineDistance`` of the pooled states, which the layer maps to the teacher's width; nil if it is the student's width.
        case states(Linear?)
    }

    /// In the order of the targets of ``AnsweredRows``.
    package let parts: [(part: Part, weight: Double)]

    package init(_ parts: [(part: Part, weight: Double)]) { self.parts = parts }

    /// Whether the student's head has a part in it.
    package var usesHead: Bool {
        parts.contains { if case .answers = $0.part { true } else { false } }
    }

    /// The gradient of the loss of some rows.
    package func gradient(
        of rows: AnsweredRows.Batch, _ model: Model, _ backpropagation: inout Backpropagation, dropoutKey: DropoutKey?, threads: Int
    ) -> Gradient {
        backpropagation.run(rows.rows, .nothing, model, dropoutKey: dropoutKey, threads: threads) {
            pooled, pass, microBatch, deferred in
            var loss = 0.0
            let dPooled = pass.arena.rows(pooled.count, pooled.width)
            dPooled.clear()
            for ((part, weight), targets) in zip(parts, rows.targets) {
                let divisor = Double(rows.rows.count) / weight
                let targets = targets.view[microBatch]
                switch part {
                case .answers(let temperature, let labelShare):
                    let (logits, backward) = model.head.classify(pooled, pass)
                    let dLogits = pass.arena.rows(logits.count, logits.width)
                    let (task, labels) = (model.task, rows.labels[microBatch])
                    let scratch = pass.arena.rows(1, logits.width)
                    for (row, labels) in labels.enumerated() {
                        let row = row..<row + 1
                        let share = labels == nil ? 0 : labelShare
                        loss +=
                            weight * (1 - share)
                            * task.divergence(
                                logits[row], teacher: targets[row], temperature: temperature, divisor: divisor / (1 - share),
                                dLogits: dLogits[row])
                        guard let labels, share > 0 else { continue }
                        loss += weight * share * task.loss(logits[row], labels: labels, divisor: divisor / share, dLogits: scratch)
                        dLogits[row].add(scratch)
                    }
                    dPooled.add(backward(dLogits, deferred))
                case .states(let projection):
                    let (states, backward): (Rows, Backward) = projection?.forward(pooled, pass) ?? (pooled, { dy, _ in dy })
                    let dStates = pass.arena.rows(states.count, states.width)
                    loss += weight * CosineDistance.loss(states, targets: targets, divisor: divisor, dStates: dStates)
                    dPooled.add(backward(dStates, deferred))
                }
            }
            return (loss / Double(rows.rows.count), dPooled)
        }
    }
}

extension Task {
    /// The sum of the rows' ``AnswerDivergence`` from the teacher's logits, and its gradient divided by `divisor`.
    fileprivate func divergence(_ logits: Rows, teacher: Rows, temperature: Double, divisor: Double, dLogits: Rows) -> Double {
        switch self {
        case .singleLabel:
            AnswerDivergence.ofOneLabel(logits, teacher: teacher, temperature: temperature, divisor: divisor, dLogits: dLogits)
        case .multiLabel:
            AnswerDivergence.ofAnyLabels(logits, teacher: teacher, temperature: temperature, divisor: divisor, dLogits: dLogits)
        case .regression: preconditionFailure("numbers have no probabilities")
        }
    }

    /// The loss of one row with these labels, and its gradient divided by `divisor`.
    fileprivate func loss(_ logits: Rows, labels: [Int], divisor: Double, dLogits: Rows) -> Double {
        switch self {
        case .singleLabel: CrossEntropy.loss(logits, labels: labels, divisor: divisor, dLogits: dLogits)
        case .multiLabel: BinaryCrossEntropy.loss(logits, sets: [labels], divisor: divisor, dLogits: dLogits)
        case .regression: preconditionFailure("numbers have no labels")
        }
    }
}
