import TenorClassifying
import TenorFiles

/// Where a run writes its folder and, beside it, its checkpoint. It is looked at when the value is made, before there is work to lose.
package struct TuningPlace: Sendable {
    package let output: String
    /// The kind of folder at ``output`` that may be replaced; nil for none.
    let replaced: OwnFolder?
    let resumes: Bool
    let checkpoint: Checkpoint
    /// Whether the run that is to be resumed has already written its folder, and was killed before it removed its checkpoint.
    let isComplete: Bool

    /// - Parameters:
    ///   - replaces: whether a model folder that is there, and the checkpoint of an interrupted run, may be replaced.
    ///   - resumes: whether the run continues from the checkpoint that is there.
    ///   - inputs: what the run reads. It must not lie in the folder that is replaced.
    /// - Throws: that the folder cannot be written, or that something which is to stay has its name or its checkpoint's.
    package init(output: String, replaces: Bool, resumes: Bool, inputs: [String]) throws {
        guard !output.isEmpty else { throw OptionError("output", needed: "a folder's path") }
        self.output = output
        self.resumes = resumes
        replaced = replaces ? .model : nil
        checkpoint = try Checkpoint(beside: output)
        isComplete = resumes && checkpoint.isComplete(in: output)
        if !isComplete { try ReplacingFolder.check(output, replacing: replaced, inputs: inputs) }
        if !resumes, !replaces { try checkpoint.requireNone() }
    }
}
