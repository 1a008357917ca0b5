import ArgumentParser
import TenorClassifying
import TenorMeasuring

/// In int8 the model's answers would be too much worse.
struct TooMuchLost: Error, CustomStringConvertible {
    let folder: String
    let loss: QuantizationLoss
    let most: Double

    var description: String {
        "\(folder): in int8 it loses \(fixed(loss.points, 2)) points of \(loss.figure.rawValue) on \(loss.corpus), at most \(fixed(most, 2)) are allowed; "
            + "a larger --max-loss saves it all the same"
    }
}
