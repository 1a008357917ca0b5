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
    platforms: [.macOS(.v15)],
    targets: [
        .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]),
        .target(name: "CDigest"),
        .target(name: "CVector", linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Layers", dependencies: ["CVector"]),
        .target(name: "Reading", dependencies: ["CDigest", "CSentencePiece"]),
        .target(name: "Modeling", dependencies: ["Layers"]),
        .target(name: "Damage", dependencies: ["Modeling", "Reading", "Layers"]),
        // libFuzzer brings `main`.
        .executableTarget(
            name: "FuzzFiles", dependencies: ["Damage"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ],
    cxxLanguageStandard: .cxx17
)
