// swift-tools-version: 6.2
import PackageDescription

/// `make` sets TENOR_SERVER, so that the program has the command `serve`. Without it nobody has to fetch SwiftNIO: neither packages that depend
/// on the library, nor those who build the plain program.
let serves = Context.environment["TENOR_SERVER"] != nil

/// Continuous integration sets TENOR_STRICT, so that a warning stops the build there and nowhere else.
let strict = Context.environment["TENOR_STRICT"] != nil

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "tenor",
    products: [
        .executable(name: "tenor", targets: ["TenorProgram"]),
        .library(name: "Tenor", targets: ["Tenor"]),
    ],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")],
    targets: [
        // C, each a face over one foreign library or one kind of instruction.
        .target(
            name: "CTenorSentencePiece", path: "Sources/CSentencePiece", cxxSettings: [.define("NDEBUG")],
            linkerSettings: [.linkedLibrary("sentencepiece")]),
        .target(
            name: "CTenorSentencePieceTrainer", dependencies: ["CTenorSentencePieceLibrary"], path: "Sources/CSentencePieceTrainer",
            cxxSettings: [.define("NDEBUG")]),
        // Both libraries, as their pkg-config file names them, and where to get them. What only classifies or tunes links the first alone.
        .systemLibrary(
            name: "CTenorSentencePieceLibrary", path: "Sources/CSentencePieceLibrary", pkgConfig: "sentencepiece",
            providers: [.apt(["libsentencepiece-dev"])]),
        // Compressed input.
        .systemLibrary(name: "CTenorZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CTenorLZMA", path: "Sources/CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .target(name: "CTenorDigest", path: "Sources/CDigest"),
        .target(name: "CTenorVector", path: "Sources/CVector", linkerSettings: [.linkedLibrary("m")]),

        // Swift, in the order data flows. Names are unique in any package graph; folders keep the short ones.
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
            name: "Tenor",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorMeasuring", "TenorClassifying",
                "TenorTraining",
            ],
            path: "Sources/Library"),
        .executableTarget(
            name: "TenorProgram",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorMeasuring", "TenorClassifying",
                "TenorTraining",
                "TenorVocabularies", arguments,
            ],
            path: "Sources/tenor",
            exclude: serves ? ["Commands/ServeMissing.swift"] : ["Commands/Serve.swift", "Commands/ServingLimits.swift"]),
        .executableTarget(name: "ClassifyMail", dependencies: ["Tenor"], path: "Examples/ClassifyMail"),
        .executableTarget(name: "FromRows", dependencies: ["Tenor"], path: "Examples/FromRows"),

        .executableTarget(
            name: "TenorLayerBenchmarks", dependencies: ["TenorThreads", "TenorLayers", "TenorModeling", "CTenorVector", "CTenorOpenBLAS"],
            path: "Benchmarks/Layers"),

        // The reference for matrix products, in tests and benchmarks alone.
        .systemLibrary(
            name: "CTenorOpenBLAS", path: "Tests/COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(
            name: "TenorDamage",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorModeling", "TenorReading", "TenorLayers", "TenorClassifying", "TenorTraining",
                "TenorVocabularies", "CTenorZlib", "CTenorLZMA",
            ],
            path: "Tests/Damage"),
        .target(name: "TenorSupport", dependencies: ["TenorThreads", "TenorFiles", "TenorModeling", "TenorLayers"], path: "Tests/Support"),
        .testTarget(name: "LayersTests", dependencies: ["TenorThreads", "TenorLayers", "CTenorVector", "CTenorOpenBLAS"]),
        .testTarget(
            name: "FilesTests", dependencies: ["TenorThreads", "TenorFiles", "TenorModeling", "TenorLayers", "TenorSupport", "TenorDamage"]),
        .testTarget(
            name: "ReadingTests",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorVocabularies", "TenorSupport", "TenorDamage",
            ]),
        .testTarget(
            name: "ModelingTests",
            dependencies: ["TenorThreads", "TenorFiles", "TenorModeling", "TenorLayers", "TenorSupport", "TenorDamage"]),
        .testTarget(name: "MeasuringTests", dependencies: ["TenorThreads", "TenorFiles", "TenorMeasuring"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorClassifying", "TenorTraining", "Tenor", "TenorSupport", "ClassifyMail", "FromRows",
            ]),
        .testTarget(name: "CommandTests", dependencies: ["TenorProgram", "TenorDamage"], exclude: serves ? [] : ["Serving"]),
    ],
    cxxLanguageStandard: .cxx17
)

// Only for the documentation, so that whoever depends on this package need not fetch it.
if Context.environment["TENOR_DOCUMENTATION"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}

if serves {
    package.dependencies.append(.package(url: "https://github.com/apple/swift-nio", from: "2.101.0"))
    package.targets.append(
        .target(
            name: "TenorServing",
            dependencies: [
                "TenorThreads", "TenorFiles", "TenorLayers", "TenorReading", "TenorModeling", "TenorMeasuring", "TenorClassifying",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Sources/Serving", resources: [.embedInCode("Resources")]))
    package.targets.first { $0.name == "TenorProgram" }!.dependencies.append("TenorServing")
}

for target in package.targets where target.type != .system && !target.name.hasPrefix("CTenor") {
    target.swiftSettings = [.swiftLanguageMode(.v6)] + (strict ? [.treatAllWarnings(as: .error)] : [])
}

if serves {
    for target in package.targets where ["TenorProgram", "CommandTests"].contains(target.name) {
        target.swiftSettings?.append(.define("TENOR_SERVER"))
    }
}
