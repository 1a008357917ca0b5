// swift-tools-version: 6.2
import PackageDescription

/// Fuzzes the readers of model folders with libFuzzer:
///
///     Tests/Fuzz/run [seconds]
///
/// A package of its own, so that the shipped manifest stays free of unsafe flags. It compiles the rooms' own sources, through links:
/// `package` declarations are not seen from another package, and libFuzzer has to instrument what it fuzzes.
let package = Package(
    name: "fuzz",
    targets: [
        .target(
            name: "CTenorSentencePiece", path: "Sources/CSentencePiece",
            linkerSettings: [.linkedLibrary("sentencepiece")]),
        .target(
            name: "CTenorSentencePieceTrainer", path: "Sources/CSentencePieceTrainer",
            linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]),
        .systemLibrary(name: "CTenorZlib", path: "Sources/CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CTenorLZMA", path: "Sources/CLZMA", pkgConfig: "liblzma"),
        .target(name: "CTenorDigest", path: "Sources/CDigest"),
        .target(name: "CTenorVector", path: "Sources/CVector", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "TenorThreads", path: "Sources/Threads"),
        .target(name: "TenorFiles", dependencies: ["CTenorDigest", "TenorThreads"], path: "Sources/Files"),
        .target(name: "TenorLayers", dependencies: ["CTenorVector", "TenorThreads"], path: "Sources/Layers"),
        .target(
            name: "TenorReading", dependencies: ["TenorThreads", "TenorFiles", "CTenorSentencePiece", "CTenorZlib", "CTenorLZMA"],
            path: "Sources/Reading"),
        .target(name: "TenorModeling", dependencies: ["TenorThreads", "TenorFiles", "TenorLayers"], path: "Sources/Modeling"),
        .target(name: "TenorMeasuring", dependencies: ["TenorThreads", "TenorFiles", "TenorLayers"], path: "Sources/Measuring"),
        .target(
            name: "TenorClassifying",
            dependencies: ["TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorMeasuring"],
            path: "Sources/Classifying"),
        .target(
            name: "TenorTraining",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorMeasuring", "TenorClassifying",
            ],
            path: "Sources/Training"),
        .target(
            name: "TenorVocabularies",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorClassifying",
                "CTenorSentencePieceTrainer",
            ],
            path: "Sources/Vocabularies"),
        .target(
            name: "TenorDamage",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorModeling", "TenorReading", "TenorLayers", "TenorClassifying", "TenorTraining",
                "TenorVocabularies", "CTenorZlib", "CTenorLZMA",
            ],
            path: "Sources/Damage"),
        // libFuzzer brings `main`.
        .executableTarget(
            name: "FuzzFiles", dependencies: ["TenorDamage"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ],
    cxxLanguageStandard: .cxx17
)
