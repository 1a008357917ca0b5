import TenorMeasuring
import TenorTraining

/// Tells the user what happens in a distillation as it happens.
final class DistillingJournal {
    private let compute: ComputeOptions
    private let journal: Journal

    init(_ compute: ComputeOptions, _ run: DistillingRun) {
        self.compute = compute
        journal = Journal(compute, run.task, metric: nil)
    }

    func add(_ event: DistillingEvent) {
        switch event {
        case .answered: break
        case .saved(let rows): advise("after \(counted(rows, "text"))")
        case .taught(let texts): report(texts)
        case .resumed(let step):
            compute.message("continuing after step \(step)")
            advise("after step \(step)")
        case .step(let step): journal.add(.step(step))
        case .epoch(let epoch): journal.add(.evaluated(epoch))
        case .checkpointed(let step): advise("after step \(step)")
        case .message(let text): compute.message(text)
        }
    }

    private func report(_ texts: DistilledTexts) {
        let labelled = texts.labelled > 0 ? ", \(grouped(texts.labelled)) of them with labels" : ""
        compute.message("\(counted(texts.rows, "text"))\(labelled), and what the teachers give for them")
        if texts.blank > 0 { compute.message("\(counted(texts.blank, "blank text")) left out") }
        if texts.truncated > 0 { compute.message("\(counted(texts.truncated, "text")) truncated for the student; see --max-length") }
    }

    private func advise(_ place: String) { Interrupts.advise("; the same command with --resume continues \(place)") }
}
