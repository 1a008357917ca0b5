import ArgumentParser
import TenorLayers
import TenorTraining

/// The precisions that training supports.
enum TrainingPrecision: String, CaseIterable, ExpressibleByArgument {
    case fp32, bf16

    var inLayers: Precision { self == .fp32 ? .fp32 : .bf16 }
}
