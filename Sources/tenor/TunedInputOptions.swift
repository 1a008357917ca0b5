import TenorClassifying
import TenorReading

extension InputOptions {
    /// The columns, the separator of labels and the encoding that the command line names.
    func named(_ labels: LabelOptions? = nil) -> TunedInput {
        TunedInput(
            textColumns: textColumn, pairColumn: pairColumn, labelColumns: labels?.labelColumn ?? [],
            labelSeparator: labels?.labelSeparator, encoding: encoding)
    }

    /// What `tenor tune` records in the folder that it writes: what the command line names, and the base's reading of special tokens.
    func named(_ labels: LabelOptions, _ special: SpecialTokenOptions, base: String) throws -> TunedInput {
        TunedInput(
            textColumns: textColumn, pairColumn: pairColumn, labelColumns: labels.labelColumn, labelSeparator: labels.labelSeparator,
            encoding: encoding,
            specialTokens: try special.specialTokens ?? TunedInput(folder: base).specialTokens)
    }

    /// How to read tables for a model: as the command line says and, where it names nothing, as the table that the folder was tuned on.
    ///
    /// - Parameter labels: nil for a command that reads no labels.
    func format(_ labels: LabelOptions? = nil, asTuned folder: String, _ compute: ComputeOptions) throws -> InputFormat {
        let named = named(labels)
        let input = named.filled(from: try TunedInput(folder: folder))
        var format = format(labels)
        if labels != nil { (format.labelColumns, format.labelSeparator) = (input.labelColumns, input.labelSeparator) }
        (format.textColumns, format.pairColumn) = (input.textColumns, input.pairColumn)
        format.encoding = input.encoding ?? format.encoding
        var taken: [String] = []
        if input.textColumns != named.textColumns { taken.append("--text-column \(listed(input.textColumns))") }
        if input.pairColumn != named.pairColumn, let column = input.pairColumn { taken.append("--pair-column \(listed([column]))") }
        if format.labelColumns != named.labelColumns { taken.append("--label-column \(listed(format.labelColumns))") }
        if format.labelSeparator != named.labelSeparator, let separator = format.labelSeparator {
            taken.append("--label-separator \(quoted(separator))")
        }
        if input.encoding != named.encoding { taken.append("--encoding \(format.encoding.rawValue)") }
        if !taken.isEmpty { compute.message("as in tuning: \(taken.joined(separator: ", "))") }
        return format
    }
}
