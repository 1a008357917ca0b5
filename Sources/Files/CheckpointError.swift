/// What can be wrong with a run's checkpoint.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
    case unfinishedRun(path: String)
    case notACheckpoint(path: String)
    /// `needed` says what the run to continue was given.
    case otherRun(path: String, needed: String)
    /// Another program holds it.
    case inUse(path: String)

    package var description: String {
        switch self {
        case .unfinishedRun(let path): "\(path): holds an interrupted run"
        case .notACheckpoint(let path):
            "\(path): is not a checkpoint of Tenor's, and checkpoints need this name; move it away, or name another output"
        case .otherRun(let path, let needed): "\(path): belongs to another run, one with \(needed) is needed"
        case .inUse(let path): "\(path): another run is writing it; wait for its end, or name another output"
        }
    }
}
