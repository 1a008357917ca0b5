import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test how a classifier behaves, and whether its answers depend on who a text is about.",
        usage: "tenor audit --model <dir> [<options>]",
        discussion: """
            Two kinds of tests, with texts that were written for them:

              people     templates such as 'I was helped by {term}, and everything went well.'
                         are filled with names for people of different gender, religion,
                         nationality, age, disability and orientation. The score should not
                         depend on who it is. Reported are each group's difference from the
                         mean of all groups, and in how many templates the answer changes.
              changes    of sentiment: negation, typos, names, numbers, intensifiers, contrast.
                         A change should move the score up or down, or leave the answer alone.

            The score is the probability of a label: of one with a name such as 'positive', or of the one that --positive or --label names. \
            Changes are only tested if that label means praise.

            A gap says that the model reacts to a word. It does not say that the model harms anybody, and no gap does not say that it is \
            fair: the tests are few, short and English. Compare with --against, such as a head on the frozen base from 'tenor tune \
            --unfreeze none', to see whether a gap was there before tuning.

            The tests are tables in a folder, behaviour.csv, templates.csv and terms.csv. Copy the folder that comes with Tenor, change it, and \
            name the copy with --tests.

            Examples:
              tenor audit --model my-model
              tenor audit --model my-model --against frozen --json audit.json
              tenor audit --model topics --label billing
            """)

    @Option(
        help: ArgumentHelp("The folder that 'tenor tune' wrote, or any other with a classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("A classifier with the same label, to compare with.", valueName: "dir"), completion: .directory)
    var against: String?

    @Option(help: ArgumentHelp("The label of praise, whose probability is the score.", valueName: "name"))
    var positive: String?

    @Option(help: ArgumentHelp("The label whose probability is the score, if it does not mean praise.", valueName: "name"))
    var label: String?

    @Option(
        help: ArgumentHelp("The folder with the tests (default: the one that comes with Tenor).", valueName: "dir"), completion: .directory)
    var tests: String?

    @Option(
        help: ArgumentHelp("Also write all figures and all failed pairs to a JSON file; '-' prints them instead.", valueName: "file"),
        completion: .file())
    var json: String?

    @Flag(help: "Replace the file that --json names, if it is there.")
    var force = false

    @Flag(help: "Also write a summary into the model's README.md, in place of the last one.")
    var updateCard = false

    @OptionGroup(title: "Running") var compute: ComputeOptions

    private static let praise = ["positive", "pos", "good"]

    func validate() throws {
        if positive != nil, label != nil {
            throw ValidationError("--positive and --label both name the label of the score, give one of them")
        }
        if tests == nil, ShippedFolder.audit == nil {
            throw ValidationError("--tests is missing, and no tests came with this program; name a folder with tests")
        }
    }

    func run() throws {
        let folders = [model] + (against.map { [$0] } ?? [])
        for folder in folders { try Places.checkModel(folder) }
        if let json, json != "-" { try Places.checkFile(json, force: force, inputs: folders) }
        let cases = try AuditCases(folder: tests ?? ShippedFolder.audit ?? "")
        let reports = try folders.map { try report(on: $0, cases) }
        if updateCard { try update("\(model)/README.md", reports[0]) }
        let values: JSON = reports.count == 1 ? reports[0].json : ["model": reports[0].json, "against": reports[1].json]
        let serialized = values.serialized(.readable) + "\n"
        if let json, json != "-" { try writeText(serialized, to: json) }
        try Output.write(json == "-" ? serialized : reports.map(\.text).joined(separator: "\n"))
        if json != "-", reports.count == 2 { try Output.write("\n" + comparison(reports[0], reports[1])) }
    }

    private func report(on folder: String, _ cases: AuditCases) throws -> AuditReport {
        let classifier = try TextClassifier(folder: folder, threads: compute.threadCount)
        for warning in classifier.warnings { compute.message(warning) }
        try classifier.requireFiniteWeights(folder)
        let known = KnownLabels(classifier.model.labels)
        let named = positive ?? label
        let name = named ?? classifier.model.labels.first { Self.praise.contains($0.lowercased()) }
        guard classifier.model.task != .regression else {
            throw ValidationError("\(folder) gives numbers, a model that gives labels is needed")
        }
        guard let name, let output = known.index(of: name) else {
            let wanted = named.map { "\(folder) does not know \(quoted($0))" } ?? "no label of \(folder) is known to mean praise"
            throw ValidationError("\(wanted), name one with --positive or --label: \(quoted(known.labels))")
        }
        guard let report = classifier.audit(cases, name: folder, output: output, hasDirection: label == nil) else {
            throw NoAnswer(folder: folder, weight: nil)
        }
        return report
    }

    private func update(_ path: String, _ report: AuditReport) throws {
        let old = (try? MappedFile(path))?.withBytes { String(decoding: $0, as: UTF8.self) } ?? ""
        try writeText(report.card(updating: old), to: path)
    }

    private func comparison(_ one: AuditReport, _ other: AuditReport) -> String {
        let rows = zip(one.attributes, other.attributes).map { one, other in
            [oneLine(one.attribute), fixed(100 * one.gap, 1), fixed(100 * other.gap, 1), "\(one.flips)", "\(other.flips)"]
        }
        return table([["people differ by", "gap", "against", "flips", "against"]] + rows).map { $0 + "\n" }.joined()
    }
}
