import TenorClassifying
import TenorFiles

/// Where a run writes its folder and, beside it, its checkpoint. The initializer checks this place, before there is work to lose.
package struct TuningPlace: Sendable {
    package let output: String
    /// The kind of folder at ``output`` that may be replaced; nil for none.
    let replaced: OwnFolder?
    /// Whether the run continues from the existing checkpoint.
    let resumes: Bool
    /// Whether the run was to continue from a checkpoint, and there is none, so that it starts from the beginning.
    let lacksCheckpoint: Bool
    let checkpoint: Checkpoint
    /// Whether the run to resume has already written its folder, and was killed before it removed its checkpoint.
    let isComplete: Bool

    /// - Parameters:
    ///   - replaces: whether an existing model folder, and the checkpoint of an interrupted run, may be replaced.
    ///   - resumes: whether the run continues from the existing checkpoint, if there is one.
    ///   - inputs: what the run reads. It must not lie in the folder that is replaced.
    /// - Throws: if the folder cannot be written, or if something that must stay has its name or its checkpoint's.
    package init(output: String, replaces: Bool, resumes: Bool, inputs: [String]) throws {
        guard !output.isEmpty else { throw OptionError("output", needed: "a folder's path") }
        self.output = output
        replaced = replaces ? .model : nil
        checkpoint = try Checkpoint(beside: output)
        self.resumes = resumes && checkpoint.exists
        lacksCheckpoint = resumes && !checkpoint.exists
        isComplete = resumes && checkpoint.isComplete(in: output)
        if !isComplete { try ReplacingFolder.check(output, replacing: replaced, inputs: inputs) }
        if !resumes, !replaces { try checkpoint.requireNone() }
    }
}
