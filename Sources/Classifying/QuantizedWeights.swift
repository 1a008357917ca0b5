/// The original weights are needed, but these are quantized.
package struct QuantizedWeights: Error, Equatable, CustomStringConvertible {
    let folder: String

    package init(folder: String) { self.folder = folder }

    package var description: String {
        "\(folder): its weights are int8, for classifying only; the folder it was made from is needed"
    }
}
