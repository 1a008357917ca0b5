// swift-tools-version: 6.2
import PackageDescription

/// Continuous integration sets TENOR_STRICT, so that a warning stops the build there and nowhere else.
let strict = Context.environment["TENOR_STRICT"] != nil

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "tenor",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tenor", targets: ["Command"]),
        .library(name: "Tenor", targets: ["Tenor"]),
    ],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")],
    targets: [
        // C, each a face over one foreign library or one kind of instruction.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(
            name: "CSentencePiece",
            cxxSettings: [.define("NDEBUG")],
            linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]),
        .target(name: "CDigest"),
        .target(name: "CVector", linkerSettings: [.linkedLibrary("m")]),

        // Swift, in the order data flows.
        .target(name: "Layers", dependencies: ["COpenBLAS", "CVector"]),
        .target(name: "Reading", dependencies: ["CDigest", "CSentencePiece"]),
        .target(name: "Modeling", dependencies: ["Layers"]),
        .target(name: "Tuning", dependencies: ["Reading", "Modeling", "Layers"]),
        .target(name: "Tenor", dependencies: ["Tuning", "Reading", "Layers"], path: "Sources/Library"),
        .executableTarget(name: "Command", dependencies: ["Tuning", "Reading", "Modeling", "Layers", arguments], path: "Sources/tenor"),
        .executableTarget(name: "ClassifyMail", dependencies: ["Tenor"], path: "Examples/ClassifyMail"),

        .executableTarget(
            name: "LayerBenchmarks", dependencies: ["Layers", "Modeling", "CVector"], path: "Benchmarks/Layers"),

        .target(name: "Damage", dependencies: ["Modeling", "Reading", "Layers"], path: "Tests/Damage"),
        .target(name: "Support", dependencies: ["Modeling", "Layers"], path: "Tests/Support"),
        .testTarget(name: "LayersTests", dependencies: ["Layers", "CVector"]),
        .testTarget(name: "ReadingTests", dependencies: ["Reading", "Damage"]),
        .testTarget(name: "ModelingTests", dependencies: ["Modeling", "Layers", "Support", "Damage"]),
        .testTarget(name: "TuningTests", dependencies: ["Tuning", "Tenor", "Support", "ClassifyMail"]),
        .testTarget(name: "CommandTests", dependencies: ["Command"]),
    ],
    cxxLanguageStandard: .cxx17
)

for target in package.targets where target.type != .system {
    guard !["CDigest", "CSentencePiece", "CVector"].contains(target.name) else { continue }
    target.swiftSettings = [.swiftLanguageMode(.v6)] + (strict ? [.treatAllWarnings(as: .error)] : [])
}
