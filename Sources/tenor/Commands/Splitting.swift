import ArgumentParser
import TenorFiles
import TenorMeasuring
import TenorReading
import TenorTraining

struct Splitting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Set rows aside: divide a labelled table into rows to tune on and rows to measure with.",
        discussion: """
            Writes a folder with train.csv, test.csv and, with --dev, dev.csv (or .tsv, .jsonl), in the dialect and the encoding of the table. \
            Each row of the table is in one of them, byte for byte, and they are in the table's order. Blank lines are left out. split.json \
            records how the rows were divided.

            Each label has the same share of its rows in test and dev, at least one row if it has enough: a label with one row is in train \
            alone, one with two is not in dev if there is a test part. Rows with equal texts stay together, and so do those of a group with \
            --group-column; then the shares are met as well as these allow. Rows without a label are in train. The same rows, options and \
            seed give the same parts.

            Examples:
              tenor split reviews.csv --output parts
              tenor split mails.csv --test 0.2 --dev 0.1 --group-column sender --output parts
              tenor tune parts/train.csv --output my-model
              tenor evaluate parts/test.csv --model my-model
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, one per line, compressed or not.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("The share of rows to measure with at the end.", valueName: "share"))
    var test = 0.2

    @Option(help: ArgumentHelp("The share of rows to choose by while tuning.", valueName: "share"))
    var dev = 0.0

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same parts.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Keep rows with the same value in this column in one part; an empty one says nothing. By header name or number from 1.",
            valueName: "name"))
    var groupColumn: String?

    @Flag(help: "Replace the output if it is there.")
    var force = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        for (name, share) in [("test", test), ("dev", dev)] where !(0..<1).contains(share) {
            throw ValidationError("--\(name) is \(share), it must be at least 0 and below 1")
        }
        if test + dev >= 1 { throw ValidationError("--test and --dev are 1 or more together, they must leave rows to tune on") }
        if test + dev == 0 { throw ValidationError("--test and --dev are 0, one of them must be above 0") }
    }

    func run() throws {
        try Places.checkParts(output, force: force, input: corpus)
        var format = input.format(label)
        format.groupColumn = groupColumn
        var options = TableSplit.Options()
        (options.test, options.dev, options.seed) = (test, dev, seed)
        let split = try TableSplit(corpus, format, options, reportBadRow: compute.reportBadRow, warn: compute.warn)
        try split.write(to: output, replacing: force)
        compute.reportSkipped(split.skipped)
        if split.rowsTogether > 0 {
            compute.message("\(counted(split.rowsTogether, "row")) with equal texts or of the same group stay together")
        }
        try Output.write(counts(split).joined(separator: "\n") + "\n")
        try Output.line("\(output): saved")
    }

    /// A table with a line for each label and one for all, and a column for each part.
    private func counts(_ split: TableSplit) -> [String] {
        let most = 50
        let names = split.labels.map(oneLine) + (split.parts[0].counts.count > split.labels.count ? ["no label"] : [])
        let labels = names.indices.prefix(most).map { index in [names[index]] + split.parts.map { "\($0.counts[index])" } }
        let rest =
            names.count > most
            ? [["\(names.count - most) more"] + split.parts.map { "\($0.counts[most...].reduce(0, +))" }] : []
        let all = [["all"] + split.parts.map { "\($0.counts.reduce(0, +))" }]
        return table([[""] + split.parts.map(\.name)] + labels + rest + all)
    }
}
