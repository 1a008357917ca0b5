import Foundation
import TenorDamage
import TenorLayers
import Testing

/// Good files, damaged at random in ways that are likely to matter: none of them may crash the process or use much memory.
@Suite struct MutationTests {
    /// 1,000 files for each format, or TENOR_FUZZ_RUNS; the same ones each time.
    @Test(arguments: Exercise.Format.allCases) func `No damaged file ends the process`(_ format: Exercise.Format) throws {
        let runs = ProcessInfo.processInfo.environment["TENOR_FUZZ_RUNS"].flatMap(Int.init) ?? 1000
        let seeds = try format.seeds
        var random = Randomness(seed: 2026)
        let exercise = Exercise(format)
        for seed in seeds { #expect(exercise(seed)) }
        for _ in 0..<runs { exercise(mutation(of: seeds, using: &random)) }
    }

    /// Runs in a separate process with limited memory: a request for more kills the process and fails the test.
    @Test(.disabled(if: isSanitized)) func `Damaged files take no more memory than a small multiple of their bytes`() async {
        await #expect(processExitsWith: .success) {
            var random = Randomness(seed: 7)
            let cases = try Exercise.Format.allCases.map { (Exercise($0), try $0.seeds) }
            // What the libraries allocate once, whatever they read.
            for (exercise, seeds) in cases { seeds.forEach { exercise($0) } }
            limitingMemory(to: 32_000_000) {
                for (exercise, seeds) in cases {
                    for _ in 0..<300 { exercise(mutation(of: seeds, using: &random)) }
                }
            }
        }
    }

    @Test(.disabled(if: isSanitized)) func `Files made to take much memory take at most 100 times their bytes`() async {
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
            // The number in each pair of lines is followed by two bytes that are far apart in value.
            let words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n" + (0..<size / 17).map { "\($0)!\n\($0)\u{10FFFF}\n" }.joined()
            let merges = (0..<size / 14).map { "\($0) \($0)\n" }.joined()
            // One message per piece, with a spelling of three bytes. The first piece is the unknown one.
            var pieces: [UInt8] = [0x0A, 0x07, 0x0A, 0x03, 0x3F, 0x3F, 0x3F, 0x18, 0x02]
            for number in 0..<size / 7 {
                let letters: [UInt8] = [97 + UInt8(number >> 12), 64 + UInt8(number >> 6 & 63), 64 + UInt8(number & 63)]
                pieces += [0x0A, 0x05, 0x0A, 0x03] + letters
            }
            limitingMemory(to: 100 * size) {
                for json in jsons + [Array("{\(members)}".utf8)] {
                    for format in [Exercise.Format.json, .index, .configuration, .modules, .tokenizer, .settings] { Exercise(format)(json) }
                }
                for file in files { Exercise(.torch)(file) }
                precondition(Exercise(.words)(Array(words.utf8)) && Exercise(.sentencePiece)(pieces))
                Exercise(.merges)(Array(merges.utf8))
            }
        }
    }
}
