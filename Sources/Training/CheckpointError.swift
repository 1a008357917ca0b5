/// What can be wrong with the place of a run's checkpoint.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
    case unfinishedRun(path: String)
    case notACheckpoint(path: String)

    package var description: String {
        switch self {
        case .unfinishedRun(let path): "\(path): holds an interrupted run"
        case .notACheckpoint(let path):
            "\(path): is not a checkpoint of Tenor's, and checkpoints need this name; move it away, or name another output"
        }
    }
}
