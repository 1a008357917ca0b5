import Foundation
import Modeling
import Testing

/// Files that were good, damaged at random in ways that are likely to matter: none of them may end the process or take much memory.
@Suite struct MutationTests {
    /// 2,000 files for each format, or as many as TENOR_FUZZ_RUNS says; the same ones each time.
    @Test(arguments: Exercise.allCases) func `No damaged file ends the process`(_ format: Exercise) throws {
        let runs = ProcessInfo.processInfo.environment["TENOR_FUZZ_RUNS"].flatMap(Int.init) ?? 2000
        let seeds = try Self.seeds(format)
        var random = SplitMix(state: 2026)
        for _ in 0..<runs { format(Self.mutation(of: seeds, using: &random)) }
    }

    /// In a process of its own, whose whole memory is limited: what asks for more dies, and so does the test.
    @Test func `Damaged files take no more memory than a small multiple of their bytes`() async {
        await #expect(processExitsWith: .success) {
            var random = SplitMix(state: 7)
            let cases = try Exercise.allCases.map { ($0, try Self.seeds($0)) }
            limitingMemory(to: 32_000_000) {
                for (format, seeds) in cases {
                    for _ in 0..<1000 { format(Self.mutation(of: seeds, using: &random)) }
                }
            }
        }
    }

    @Test func `Files made to take much memory take at most 100 times their bytes`() async {
        await #expect(processExitsWith: .success) {
            let size = 1_000_000
            func repeated(_ text: String, after start: String = "[", before end: String = "0]") -> [UInt8] {
                Array((start + String(repeating: text, count: size / text.utf8.count) + end).utf8)
            }
            let jsons = ["0,", "[],", "{},", "\"\",", "[0],", "{\"\":0},", "\"\\n\","].map { repeated($0) }
            let members = (0..<size / 12).map { "\"\($0)\":0" }.joined(separator: ",")
            let memos = (0..<size / 6).flatMap { [UInt8(ascii: "r")] + little(UInt32($0)) }
            let pickles: [PickleBytes] = [
                PickleBytes().raw(Array(repeating: UInt8(ascii: "}"), count: size)),
                PickleBytes().raw(Array(repeating: UInt8(ascii: ")"), count: size)),
                PickleBytes().raw(Array(repeating: UInt8(ascii: "("), count: size)),
                PickleBytes().opcode(")").raw(Array(repeating: 0x85, count: size)),
                PickleBytes().opcode("}").raw(memos),
                PickleBytes().opcode("(").raw(Array(repeating: UInt8(ascii: "N"), count: size)).opcode("t"),
            ]
            let files = pickles.map { ZipBytes.torch($0.bytes).bytes }
            limitingMemory(to: 100 * size) {
                for json in jsons + [Array("{\(members)}".utf8)] { Exercise.json(json) }
                for file in files { Exercise.torch(file) }
            }
        }
    }

    private static func seeds(_ format: Exercise) throws -> [[UInt8]] {
        switch format {
        case .safeTensors: try ["state.safetensors", "sharded/model-00001-of-00002.safetensors"].map(Fixture.bytes)
        case .torch: try ["state.bin", "views.bin", "module.bin"].map(Fixture.bytes)
        case .json: try ["sharded/model.safetensors.index.json"].map(Fixture.bytes) + [Array(json.utf8)]
        }
    }

    private static let json = #"{"a": [1, -2.5e-3, true, false, null], "é\n\u00e9\ud83d\ude00": {"": "😀"}, "n": 12345678901234567890}"#

    /// One to four changes: a bit, a byte, a number that is often a limit, a digit, a piece moved, left out or repeated, the end cut off.
    private static func mutation(of seeds: [[UInt8]], using random: inout SplitMix) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random)!
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: bytes.indices, using: &random)
            let length = min(Int.random(in: 1...64, using: &random), bytes.count - position)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 2:
                let limits: [UInt64] = [0, 1, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max - 7, .max]
                for (offset, byte) in little(limits.randomElement(using: &random)!).prefix(length).enumerated() {
                    bytes[position + offset] = byte
                }
            case 3:
                let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
                guard let digit = digits.randomElement(using: &random) else { continue }
                bytes[digit] = UInt8(ascii: "0") + UInt8.random(in: 0..<10, using: &random)
            case 4: bytes.removeSubrange(position..<position + length)
            case 5: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
            case 6:
                let piece = bytes[position..<position + length]
                bytes.insert(contentsOf: piece, at: Int.random(in: bytes.indices, using: &random))
            default: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            }
        }
        return bytes
    }
}

/// Steele, Lea and Flood's generator (OOPSLA 2014): a seed gives the same files everywhere.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Runs `body` while this process can have so many bytes more than it has now. Darwin has no such limit.
private func limitingMemory(to bytes: Int, _ body: () -> Void) {
    #if canImport(Glibc)
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first.flatMap { UInt($0) } ?? 0
        let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        var limits = rlimit()
        precondition(getrlimit(resource, &limits) == 0)
        let unlimited = limits.rlim_cur
        limits.rlim_cur = pages * UInt(sysconf(Int32(_SC_PAGESIZE))) + UInt(bytes)
        precondition(setrlimit(resource, &limits) == 0)
        body()
        // The mathematics library's threads, which may still be starting, ask for their memory until they get it.
        limits.rlim_cur = unlimited
        precondition(setrlimit(resource, &limits) == 0)
    #else
        body()
    #endif
}
