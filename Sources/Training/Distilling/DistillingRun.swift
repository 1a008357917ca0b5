import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// Teachers, and a student that learns what they give for texts: all of `tenor distill` except reading texts and printing.
///
/// The initializer opens the models; ``complete(in:rows:report:)`` asks the teachers, trains the student and writes its folder.
package struct DistillingRun: Sendable {
    package let options: DistillingOptions
    package let objective: DistillingObjective
    package let student: Student
    let teachers: [Teacher]
    /// What the user may not expect of the models.
    package let messages: [String]

    /// Receives a text and its labels, which are indices of the teacher's; nil for a text without. Returns whether the text is new, and not
    /// one that an interrupted run answered.
    package typealias Receiver = (_ text: InputText, _ labels: [Int]?) throws -> Bool

    /// - Parameter teachers: the folders, at least one; of several, each counts the same.
    /// - Throws: ``OptionError`` if the options and the models do not fit each other; what opening a model throws.
    package init(teachers folders: [String], student: StudentChoice, _ options: DistillingOptions) throws {
        var options = options
        if options.objective == nil { options.objective = try ModelFolder(folders[0]).hasOwnHead() ? .answers : .states }
        try options.check()
        let objective = options.objective!
        if objective == .answers, folders.count > 1 {
            throw OptionError("teacher", needed: "named once where answers are learnt; states have several")
        }
        let teachers = try folders.map { folder in
            if objective == .states { return try Teacher(encoder: folder, options) }
            return try Teacher(classifier: folder, givesStates: options.statesWeight > 0, options)
        }
        (self.options, self.objective, self.teachers) = (options, objective, teachers)
        self.student = try Student(student, of: teachers[0], objective, options)
        let own = self.student.layers == nil ? [self.student.folder] : []
        messages = try (folders + own).flatMap { try ModelFolder($0).warnings } + self.student.tokenizer.kind.warnings
    }

    /// The labels that texts may have, those of the teacher; nil where texts need none.
    package var labels: [String]? { objective == .answers ? student.model.labels : nil }
    package var task: Task { student.model.task }
    /// How many parameters the first teacher and the student have.
    package var parameters: (teacher: Int, student: Int) { (teachers[0].model.parameterCount, student.model.parameterCount) }

    /// Checks that pairs of texts can be joined, for callers that pass some.
    package func requirePairs() throws(NoPairs) {
        for (folder, tokenizer) in teachers.map({ ($0.folder, $0.encoder.tokenizer) }) + [(student.folder, student.tokenizer)]
        where !tokenizer.takesPairs {
            throw NoPairs(folder: folder)
        }
    }

    /// Asks the teachers, trains to the end and writes the folder, completely or not at all.
    ///
    /// What the teachers give is kept in `OUTPUT.answers.checkpoint` until the folder is in its place, and the state of the training in
    /// `OUTPUT.checkpoint` from time to time. A run that is interrupted is resumed from both, and ends with the same bits.
    ///
    /// - Parameters:
    ///   - rows: passes all texts to its argument, the same ones in the same order when a run is resumed.
    ///   - report: called with each event. If it throws, the run ends, and what was saved stays.
    /// - Throws: also ``TuningError`` if training diverged, ``UnusableFolder`` if what was written cannot be opened, and ``NoTexts``.
    package func complete(
        in place: TuningPlace, rows: (Receiver) throws -> Void, report: @escaping (DistillingEvent) throws -> Void
    ) throws -> DistillingResult {
        let file = try ResumableFile(
            withoutSlashes(place.output) + ".answers", fingerprint: answersFingerprint, of: "the same models, lengths and precision",
            resumes: place.resumes || place.lacksCheckpoint, replaces: place.replaced != nil)
        if place.isComplete { return try finished(place, file) }
        let writer = AnsweredRowsWriter(teachers, student, form, threads: options.threads, to: file, report: report)
        try rows(writer.add)
        try writer.finish()
        let texts = writer.texts
        try report(.taught(texts))
        if place.lacksCheckpoint, file.facts == nil {
            try report(.message("\(place.output): there is no interrupted run to continue; it starts from the beginning"))
        }
        let fingerprint = fingerprint(texts.digest)
        var records: [String] = []
        let state: Distiller.State
        let end: EpochRecord?
        do {
            (state, end) = try train(file.unfinished, in: place, fingerprint, &records, report)
            let model = student.model.with(weightsOf: state.model)
            try write(model, texts, trained: writer.trained, steps: state.step, to: place, records: records, fingerprint: fingerprint)
        } catch let error as TuningError {
            // Resuming would end in the same way. What the teachers gave can serve with other options.
            place.checkpoint.remove(of: fingerprint)
            throw error
        }
        place.checkpoint.remove(of: fingerprint)
        file.discard()
        return DistillingResult(steps: state.step, loss: end?.trainLoss)
    }

    /// Removes what a run left that had written its folder.
    private func finished(_ place: TuningPlace, _ file: ResumableFile) throws -> DistillingResult {
        let fingerprint = fingerprint(file.facts?["sha256"]?.string ?? "")
        try place.checkpoint.require(fingerprint: fingerprint)
        place.checkpoint.remove(of: fingerprint)
        file.discard()
        return DistillingResult(steps: 0, loss: nil)
    }

    /// What is kept of a row: states, with half the bytes, or answers.
    private var form: AnsweredRows.Form { AnsweredRows.Form(widths: teachers.flatMap(\.widths), isHalf: objective == .states) }

    /// Trains from the start or from the checkpoint, and collects the lines of training.jsonl.
    ///
    /// - Parameter path: the file with what the teachers gave.
    private func train(
        _ path: String, in place: TuningPlace, _ fingerprint: String, _ records: inout [String],
        _ report: (DistillingEvent) throws -> Void
    ) throws -> (Distiller.State, last: EpochRecord?) {
        let table = student.model.table
        let rows = try AnsweredRows(
            path, form, vocabulary: table[student.model.encoder.tokenEmbeddings].rows, labels: student.model.labels.count)
        let (model, loss) = projected(rows, isResumed: place.resumes)
        let distiller = Distiller(options, rows, loss)
        var start = distiller.start(model)
        var lines: [String] = []
        if place.resumes {
            start = try place.checkpoint.state(from: start, distiller, fingerprint: fingerprint)
            lines = try place.checkpoint.records()
            try report(.resumed(step: start.step))
        }
        defer { records = lines }
        var last: EpochRecord?
        func add(_ event: DistillingEvent) throws {
            switch event {
            case .step(let step): lines.append(TuningEvent.step(step).record!)
            case .epoch(let epoch):
                last = epoch
                lines.append(TuningEvent.evaluated(epoch).record!)
            default: break
            }
            try report(event)
        }
        var saved = ContinuousClock.now
        var canSave = true
        let end = try distiller.run(from: consume start, report: add) { state in
            guard canSave, Checkpoint.isWorthwhile(bytes: state.bytes, after: (ContinuousClock.now - saved) / .seconds(1)) else { return }
            do {
                try place.checkpoint.save(state, fingerprint: fingerprint, records: lines)
                saved = .now
            } catch {
                // Training continues, because it is worth more than a checkpoint.
                canSave = false
                return try report(.message("\(error); training continues without checkpoints"))
            }
            try report(.checkpointed(step: state.step))
        }
        return (end, last)
    }

    /// The student with a projection for each teacher whose states are wider or narrower, and the loss.
    ///
    /// - Parameter isResumed: whether the projections' weights will come from a checkpoint.
    private func projected(_ rows: AnsweredRows, isResumed: Bool) -> (Model, DistillingLoss) {
        let outputs = teachers.flatMap { teacher in zip(teacher.outputs, teacher.widths).map { ($0, $1) } }
        let own = student.model.encoder.width
        let widths = outputs.map { output, width -> Int? in output == .states && width != own ? width : nil }
        var (model, projections) = student.model.with(projectionsTo: widths)
        if !isResumed, projections.contains(where: { $0 != nil }) {
            let count = min(rows.count, 4096)
            let sample = rows.batch((0..<count).map { $0 * rows.count / count })
            let states = student.model.pooled(sample.rows, threads: options.threads)
            for (projection, targets) in zip(projections, sample.targets) {
                guard let projection else { continue }
                model.weights[projection.weight] = ProjectionFit.weights(from: states, to: targets, threads: options.threads)
            }
        }
        let parts = zip(outputs, projections).map { output, projection -> (DistillingLoss.Part, Double) in
            if output.0 == .logits { return (.answers(temperature: options.temperature, labelShare: options.labelShare), 1) }
            return (.states(projection), objective == .answers ? options.statesWeight : 1 / Double(teachers.count))
        }
        return (model, DistillingLoss(parts.map { (part: $0, weight: $1) }))
    }

    /// SHA-256 of everything that the file of answers depends on except the texts.
    private var answersFingerprint: String {
        get throws {
            let facts =
                teachers.map(\.digest) + [
                    "distillation", objective.rawValue, form.widths.description, String(student.maxLength), student.encoder.long.rawValue,
                    try digest(ofFiles: student.tokenizer.files, in: ModelPlace(student.folder).encoder),
                    (try TunedInput(folder: teachers[0].folder).specialTokens ?? .text).rawValue,
                ]
            return SHA256.hexadecimal(of: Array(facts.joined(separator: "\n").utf8))
        }
    }

    /// SHA-256 of everything that the training depends on.
    private func fingerprint(_ texts: String) -> String {
        // How many rows there are follows from the digest of the texts.
        let facts =
            teachers.map(\.digest) + [
                student.digest, texts, String(student.maxLength), options.precision.rawValue,
                options.json(objective, width: student.model.encoder.width, rows: 1).serialized(),
            ]
        return SHA256.hexadecimal(of: Array(facts.joined(separator: "\n").utf8))
    }
}

extension Model {
    /// The total number of parameters.
    fileprivate var parameterCount: Int { table.entries.reduce(0) { $0 + $1.count } }
}
