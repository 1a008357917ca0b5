import Foundation
import Testing

/// The base in `Models/english`.
@Suite struct ShippedBaseTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test func `Tuning needs no model to be named, and what it makes says which one it came from`() async throws {
        let run = try await program.run("tune --unfreeze none --output out", Fixture.opinions)
        #expect(run.status == 0, "\(run.error)")
        let facts = try #require(try JSONSerialization.jsonObject(with: program.bytes("out/tenor.json")) as? [String: Any])
        #expect((facts["base"] as? [String: Any])?["name"] as? String == "Tenor's base for English", "\(facts["base"] ?? "nothing")")
        let answers = try await program.run("classify --model out", Fixture.opinions)
        #expect(answers.status == 0, "\(answers.error)")
    }
}
