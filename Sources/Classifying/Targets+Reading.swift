import TenorModeling
import TenorReading

extension Targets {
    /// What is right for the rows of a corpus.
    package init(_ answers: RightAnswers) {
        switch answers {
        case .labels(let labels): self = .labels(labels)
        case .sets(let sets): self = .sets(sets)
        case .numbers(let numbers): self = .numbers(numbers)
        }
    }
}

extension AnswerKind {
    /// What a corpus for a task holds.
    package init(_ task: Task) {
        switch task {
        case .singleLabel: self = .single
        case .multiLabel: self = .multi
        case .regression: self = .regression
        }
    }
}
