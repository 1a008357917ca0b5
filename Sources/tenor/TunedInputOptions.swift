import TenorClassifying
import TenorReading

extension InputOptions {
    /// The columns and the encoding that the command line names.
    func named(labelColumn: String? = nil) -> TunedInput {
        TunedInput(textColumns: textColumn, labelColumn: labelColumn, encoding: encoding)
    }

    /// What `tenor tune` records in the folder that it writes: what the command line names, and the base's reading of special tokens.
    func named(labelColumn: String?, _ special: SpecialTokenOptions, base: String) throws -> TunedInput {
        TunedInput(
            textColumns: textColumn, labelColumn: labelColumn, encoding: encoding,
            specialTokens: try special.specialTokens ?? TunedInput(folder: base).specialTokens)
    }

    /// How to read tables for a model: as the command line says and, where it names nothing, as the table that the folder was tuned on.
    ///
    /// - Parameter labels: nil for a command that reads no labels.
    func format(_ labels: LabelOptions? = nil, asTuned folder: String, _ compute: ComputeOptions) throws -> InputFormat {
        let named = named(labelColumn: labels?.labelColumn)
        let input = named.filled(from: try TunedInput(folder: folder))
        var format = format(labelColumn: labels.flatMap { _ in input.labelColumn })
        format.textColumns = input.textColumns
        format.encoding = input.encoding ?? format.encoding
        var taken: [String] = []
        if input.textColumns != named.textColumns { taken.append("--text-column \(listed(input.textColumns))") }
        if format.labelColumn != named.labelColumn, let column = format.labelColumn { taken.append("--label-column \(column)") }
        if input.encoding != named.encoding { taken.append("--encoding \(format.encoding.rawValue)") }
        if !taken.isEmpty { compute.message("as in tuning: \(taken.joined(separator: ", "))") }
        return format
    }
}
