import ArgumentParser
import TenorReading

/// The argument of `--task`.
enum TaskChoice: String, CaseIterable, ExpressibleByArgument {
    case auto, single, multi, regression

    /// Nil if the rows decide.
    var kind: AnswerKind? {
        switch self {
        case .auto: nil
        case .single: .single
        case .multi: .multi
        case .regression: .regression
        }
    }
}
