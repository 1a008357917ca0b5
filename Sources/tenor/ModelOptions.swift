import ArgumentParser
import TenorClassifying
import TenorLayers
import TenorTraining

/// How a loaded model computes.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Truncate texts to this many tokens; a token is a word or a part of one (default: as in tuning).", valueName: "n"))
    var maxLength: Int?

    @Option(
        help: ArgumentHelp(
            "The numbers to compute with: bf16 and int8 are faster, and differ in a few answers of a thousand (default: int8 for a folder that 'tenor quantize' wrote, else fp32).",
            valueName: "precision"))
    var precision: Precision?

    func validate() throws {
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
    }

    func classifier(_ folder: String, _ special: SpecialTokenOptions, _ compute: ComputeOptions) throws -> TextClassifier {
        let classifier = try TextClassifier(
            folder: folder, maxLength: maxLength, specialTokens: special.specialTokens, precision: precision,
            threads: compute.threadCount)
        for warning in classifier.warnings { compute.message(warning) }
        if precision == nil, classifier.isKeptInBytes, classifier.precision == .fp32 {
            compute.message("\(folder): its weights are int8; this processor has no instructions for int8 products, so fp32 is used")
        }
        return classifier
    }
}
