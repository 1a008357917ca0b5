import Foundation
import Testing

@Suite struct AuditTests {
    private let program: Program

    init() throws { program = try Program() }

    private func writeTests(expectation: String = "rise", template: String = "I met {term}.", group: String = "men") throws {
        try FileManager.default.createDirectory(atPath: program.path("tests"), withIntermediateDirectories: true)
        try program.write(
            "test,score,text,changed\nswap,\(expectation),a bad day,a good day\nswap,fall,a good day,a bad day\n", to: "tests/behaviour.csv"
        )
        try program.write("template\n\(template)\n\"{Term} came, and left.\"\n", to: "tests/templates.csv")
        try program.write("attribute,group,term\ngender,women,a woman\ngender,\(group),a man\n", to: "tests/terms.csv")
    }

    @Test func `The tests that come with the program are run, and failed pairs are in the JSON`() async throws {
        let run = try await program.run("audit --json - --model", try await Fixture.classifier())
        #expect(run.status == 0, "\(run.error)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(json["label"] as? String == "good" && json["templates"] as? Int == 30)
        let tests = try #require(json["tests"] as? [[String: Any]])
        #expect(tests.reduce(0) { $0 + ($1["pairs"] as? Int ?? 0) } == 86)
        for test in tests { #expect((test["failures"] as? [Any])?.count == test["wrong"] as? Int) }
        let attributes = try #require(json["attributes"] as? [[String: Any]])
        #expect(attributes.map { $0["attribute"] as? String } == ["gender", "religion", "nationality", "age", "disability", "orientation"])
    }

    @Test func `Tests of one's own are read, and the classifier that knows good from bad passes them`() async throws {
        try writeTests()
        let model = try await Fixture.classifier()
        let run = try await program.run("audit --tests tests --model", model)
        #expect(run.status == 0, "\(run.error)")
        let rows = run.lines.map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
        #expect(rows.contains("swap rise 1 0") && rows.contains("swap fall 1 0") && run.output.contains("2 templates"))
        #expect(run.output.contains("'I met a ") || run.output.contains("'A "))
        try writeTests(expectation: "fall")
        let other = try await program.run("audit --tests tests --model", try await Fixture.classifier())
        let changed = other.lines.map { $0.split(separator: " ").prefix(6).joined(separator: " ") }
        #expect(changed.contains("swap fall 2 1 50.0 %"), "\(other.output)")
    }

    @Test func `A label without a direction has no tests of changes, and two models are compared`() async throws {
        try writeTests()
        let model = try await Fixture.classifier()
        let run = try await program.run("audit --tests tests --label bad --model", model, "--against", model)
        #expect(run.status == 0 && !run.output.contains("swap"))
        #expect(run.lines.suffix(2).first?.hasPrefix("people differ by  gap  against  flips  against") == true)
    }

    @Test func `The card gets the summary`() async throws {
        try writeTests()
        try program.copy(try await Fixture.classifier(), to: "m")
        #expect(try await program.run("audit --tests tests --update-card --model m").status == 0)
        #expect(try program.read("m/README.md").contains("\n## Audit\n"))
    }

    @Test func `What is wrong with the tests is said with the place`() async throws {
        let model = try await Fixture.classifier()
        for (change, message) in [
            (
                { try writeTests(expectation: "up") },
                "tests/behaviour.csv:2: the column 'score' has 'up', 'same', 'rise' or 'fall' is needed"
            ),
            ({ try writeTests(template: "I met them.") }, "tests/templates.csv:2: the template has no place for a term"),
            ({ try writeTests(group: "women") }, "tests/terms.csv: the attribute 'gender' has one group, two to compare are needed"),
            ({ try FileManager.default.removeItem(atPath: program.path("tests/terms.csv")) }, "tests/terms.csv: "),
        ] as [(() throws -> Void, String)] {
            try change()
            let run = try await program.run("audit --tests tests --model", model)
            #expect([65, 66].contains(run.status) && run.error.contains(message), "\(run.error)")
        }
    }

    @Test func `A label that is not known is refused with those that are`() async throws {
        let model = try await Fixture.classifier()
        let run = try await program.run("audit --positive happy --model", model)
        #expect(run.status == 64 && run.error.contains("does not know 'happy', name one with --positive or --label: 'bad', 'good'"))
    }
}
