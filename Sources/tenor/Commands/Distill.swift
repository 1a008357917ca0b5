import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Distill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a smaller model that does nearly what a larger one does: knowledge distillation.",
        usage: """
            tenor distill <texts> ... --teacher <dir> --student <dir|layers:K>
                     --output <dir> [<options>]
            """,
        discussion: """
            The teacher is asked about each text, and the student is trained to give the same. The texts need no labels: a file of a text per \
            line, or a table with a column of texts, or - for standard input. More texts make a better student, and texts like those that it \
            will meet make the best.

            The student begins as a folder of its own or, with layers:K, as K layers of the teacher, evenly spaced. Teacher and student may \
            differ in family, width and vocabulary.

            From a classifier the student learns answers, and becomes a classifier with the same labels. Rows of --labelled have labels, and \
            count with them too. From encoders it learns states, and becomes a base for 'tenor tune'; --teacher may then be named more than \
            once.

            Each text is asked about once, and what the teacher gives is kept beside the output until the student is saved. Ctrl-C ends the \
            program; the same command with --resume continues, with the same result.

            Examples:
              tenor distill mails.txt --teacher my-model --student layers:2 --output small
              tenor distill mails.txt --labelled train.csv --teacher my-model \\
                --student BASE --output small
              tenor distill sentences.txt --teacher LARGE --teacher MEDIUM \\
                --student BASE --output better-base
            """)

    @Argument(help: "Texts without labels: files with a text per line, tables or JSON objects.", completion: .file())
    var texts: [String] = []

    @Option(
        help: ArgumentHelp("A table of texts with labels of the teacher. It may be named more than once.", valueName: "file"),
        completion: .file())
    var labelled: [String] = []

    @Option(
        help: ArgumentHelp(
            "The model to learn from: a classifier, or an encoder. Of encoders it may be named more than once.", valueName: "dir"),
        completion: .directory)
    var teacher: [String]

    @Option(
        help: ArgumentHelp("What the student begins as: a folder, or layers:K for K layers of the teacher.", valueName: "dir"),
        completion: .directory)
    var student: StudentChoice

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Flag(help: "Replace the output folder if it is there.")
    var force = false

    @Flag(help: "Continue an interrupted run of the same command.")
    var resume = false

    @OptionGroup(title: "Training") var training: DistillingFlags
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        try training.precision.inLayers.check()
        let folders = teacher + (ownFolder.map { [$0] } ?? [])
        for folder in folders { try Places.checkModel(folder) }
        let texts = labelled.isEmpty ? try sources(self.texts) : self.texts
        let place = try TuningPlace(
            output: output, replaces: force, resumes: resume, inputs: folders + labelled + texts.filter { $0 != "-" })
        let run = try DistillingRun(teachers: teacher, student: student, training.options(threads: compute.threadCount))
        if !labelled.isEmpty, run.labels == nil { throw ValidationError("--labelled goes with --objective answers") }
        report(run)
        let format = try format(run)
        if format.pairColumn != nil { try run.requirePairs() }
        try check(texts, format, labels: run.labels)
        let journal = DistillingJournal(compute, run)
        let result = try run.complete(in: place, rows: { try read(texts, format, run, $0) }, report: journal.add)
        Messages.clearProgress()
        guard let loss = result.loss else {
            return try Output.line("\(output): the run is complete and was saved; its checkpoint is removed")
        }
        try Output.line("\(output): saved after \(counted(result.steps, "step")), loss \(fixed(loss, 4)) in the last epoch")
    }

    /// The folder that the student comes from, if it is not the teacher's.
    private var ownFolder: String? { if case .folder(let path) = student { path } else { nil } }

    private func report(_ run: DistillingRun) {
        for message in run.messages { compute.message(message) }
        let (student, parameters) = (run.student, run.parameters)
        let start =
            student.layers.map { layers in
                "\(layers.kept.count) of the teacher's \(layers.of) layers (\(layers.kept.map { String($0 + 1) }.joined(separator: ", ")))"
            } ?? student.folder
        let head = run.objective == .states ? "" : student.keepsHead ? ", with its head" : ", with a new head"
        compute.message(
            "student: \(start)\(head), \(student.tokenizer.kind.name), \(grouped(parameters.student)) parameters; "
                + "the teacher has \(grouped(parameters.teacher))")
        compute.message("learning the teacher\(teacher.count > 1 ? "s'" : "'s") \(run.objective.rawValue)")
    }

    /// Opens all files, so that a wrong name or column is found before there is work to lose. What is unexpected about them is said when they
    /// are read.
    private func check(_ texts: [String], _ format: InputFormat, labels: [String]?) throws {
        // A pipe can be opened once.
        func canBeOpenedTwice(_ path: String) -> Bool { path != "-" && (access(path, F_OK) != 0 || totalSize(of: [path]) != nil) }
        for path in labelled.filter(canBeOpenedTwice) { _ = try LabelledReader(path, format, labels: labels) }
        for path in texts.filter(canBeOpenedTwice) { _ = try DocumentReader(path, format) }
    }

    /// How the texts and the labelled rows are read: lines of plain text are texts of their own.
    private func format(_ run: DistillingRun) throws -> InputFormat {
        var format = try input.format(label, asTuned: teacher[0], compute)
        (format.linesAreDocuments, format.answers, format.splits) = (format.form != .text, AnswerKind(run.task), [.train])
        return format
    }

    /// Passes all rows to `receive`: first the labelled ones, whose labels may be wrong, then those without labels.
    private func read(_ texts: [String], _ format: InputFormat, _ run: DistillingRun, _ receive: DistillingRun.Receiver) throws {
        var progress = InputProgress(size: totalSize(of: texts), done: "asked about")
        var (rows, passed) = (0, 0.0)
        func add(_ text: InputText, _ labels: [Int]?, at position: Double?) throws {
            let isNew = try receive(text, labels)
            if isNew, let position { progress.begin(at: passed + position) }
            rows += 1
            compute.progress(progress.line(rows, position: passed + (position ?? 0)))
        }
        for path in labelled { try readLabelled(path, format, run) { try add($0, $1, at: nil) } }
        let documents = Documents(sources: texts, format: format, compute: compute)
        let skipped = try documents.forEach({ try add($0.input, nil, at: $1) }, ended: { passed += $0.position })
        compute.reportSkipped(skipped)
    }

    private func readLabelled(
        _ path: String, _ format: InputFormat, _ run: DistillingRun, _ add: (InputText, [Int]?) throws -> Void
    ) throws {
        var rows = try LabelledReader(path, format, labels: run.labels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        while let document = try rows.next() {
            switch rows.lastAnswer {
            case .labels(let labels): try add(document.input, labels)
            case .sets(let sets): try add(document.input, sets[0])
            case .numbers: preconditionFailure("a classifier has labels")
            }
        }
        try rows.requireRows()
        compute.report(rows)
        compute.reportSkipped(rows.skipped)
    }
}
