import Foundation
import TenorDamage

nonisolated(unsafe) private let exercises = Exercise.Format.allCases.map(Exercise.init)

/// What libFuzzer calls first. Writes good files of every format into the corpus folder that TENOR_FUZZ_CORPUS names.
@_cdecl("LLVMFuzzerInitialize")
public func writeSeeds(_: UnsafeMutablePointer<CInt>, _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>) -> CInt {
    guard let corpus = ProcessInfo.processInfo.environment["TENOR_FUZZ_CORPUS"] else { return 0 }
    for (choice, format) in Exercise.Format.allCases.enumerated() {
        for (number, seed) in try! format.seeds.enumerated() {
            try! Data([UInt8(choice)] + seed).write(to: URL(filePath: "\(corpus)/seed-\(format)-\(number)"))
        }
    }
    return 0
}

/// What libFuzzer calls with each input. The first byte chooses the format, so that one corpus serves all.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let choice = input.first else { return 0 }
    exercises[Int(choice) % exercises.count](Array(input.dropFirst()))
    return 0
}
