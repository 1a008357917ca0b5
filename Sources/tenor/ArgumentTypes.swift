import ArgumentParser
import TenorLayers
import TenorReading
import TenorTraining

extension TextEncoding: ExpressibleByArgument {}
extension InputForm: ExpressibleByArgument {}
extension SpecialTokens: ExpressibleByArgument {}
extension LongTexts: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {
    func check() throws {
        guard isAvailable else {
            throw Unavailable(description: "--precision \(rawValue): this processor has no instructions for it; fp32 works everywhere")
        }
    }
}
