import ArgumentParser
import TenorMeasuring
import TenorModeling

/// The argument of `--unfreeze`.
enum UnfreezeChoice: ExpressibleByArgument {
    case auto
    case fixed(Unfreezing)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let policy = Unfreezing(argument) {
            self = .fixed(policy)
        } else {
            return nil
        }
    }

    var policy: Unfreezing? { if case .fixed(let policy) = self { policy } else { nil } }

    var defaultValueDescription: String { policy?.description ?? "auto" }
}
