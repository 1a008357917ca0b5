import Foundation
import Testing

@Suite struct ChooseTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test func `Bases are listed with their figures and reasons, as an estimate`() async throws {
        try program.copy(Fixture.base, to: "other")
        try program.write("---\nlicense: mit\n---\n", to: "other/README.md")
        let run = try await program.run("choose", Fixture.opinions, "--models", Fixture.base, "other")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.lines[0].hasPrefix("an estimate from ") && run.lines[0].hasSuffix("; tune the first ones to know"))
        #expect(run.output.contains("head right") && run.output.contains("\n   a head on its states is right for "))
        #expect(run.output.contains("  mit\n") && run.output.contains("  not named\n"))
    }

    @Test func `What is measured of the rows is the same at one, two and three threads`() async throws {
        var figures: Set<[Double]> = []
        for threads in 1...3 {
            let run = try await program.run("choose --json --threads \(threads)", Fixture.opinions, "--models", Fixture.base)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            #expect(json["estimate"] as? Bool == true)
            let base = try #require((json["bases"] as? [[String: Any]])?.first)
            figures.insert(["accuracy", "logme", "unknown_tokens", "long_texts"].compactMap { base[$0] as? Double })
            let cost = try #require(base["all_layers"] as? [String: Double])
            #expect(cost["seconds"]! > 0 && cost["memory_bytes"]! > 0)
        }
        #expect(figures.count == 1 && figures.first?.count == 4)
    }

    @Test func `A missing base and one that is named twice are errors`() async throws {
        let missing = try await program.run("choose", Fixture.opinions, "--models", Fixture.base, "nowhere")
        #expect(missing.status == 66 && missing.error.hasPrefix("tenor: nowhere: is not there"))
        let twice = try await program.run("choose", Fixture.opinions, "--models", "a", "a")
        #expect(twice.status == 64 && twice.error.contains("names 'a' twice"))
    }
}
