import TenorDamage

nonisolated(unsafe) private let exercises = Exercise.Format.allCases.map(Exercise.init)

/// What libFuzzer calls with each input. The first byte chooses the format, so that one corpus serves all.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let choice = input.first else { return 0 }
    exercises[Int(choice) % exercises.count](Array(input.dropFirst()))
    return 0
}
