// swift-tools-version: 6.2
import PackageDescription

/// Fuzzes the readers of weight files with libFuzzer:
///
///     Tests/Fuzz/run [seconds]
///
/// A package of its own, so that the shipped manifest stays free of unsafe flags. It compiles the readers' own sources, through links:
/// `package` declarations are not seen from another package, and libFuzzer has to instrument what it fuzzes.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        .target(name: "Layers"),
        .target(name: "Modeling", dependencies: ["Layers"]),
        // libFuzzer brings `main`.
        .executableTarget(
            name: "FuzzWeights", dependencies: ["Modeling", "Layers"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ]
)
