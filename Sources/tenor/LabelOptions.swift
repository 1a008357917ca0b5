import ArgumentParser

/// The label column, for commands that read labels.
struct LabelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The column of the labels, by header name or number from 1 (default: label). Named more than once, each holds 0 or 1 for the label of its name, or a number.",
            valueName: "name"))
    var labelColumn: [String] = []

    @Option(help: ArgumentHelp("What separates the labels in a cell that may hold several of them.", valueName: "text"))
    var labelSeparator: String?

    func validate() throws {
        if labelSeparator == "" { throw ValidationError("--label-separator is empty, it must be at least one character") }
        if labelSeparator != nil, labelColumn.count > 1 {
            throw ValidationError("--label-separator is for labels in one cell, and --label-column names \(labelColumn.count) columns")
        }
    }
}
