import Testing

/// Texts that have more tokens than the model takes.
@Suite struct LongTextTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Rows of `words` words whose label only the last word tells.
    private func writeRows(_ words: Int, _ name: String) throws {
        var table = "text,label\n"
        for row in 0..<24 {
            table += String(repeating: "soup ", count: words + row % 5) + (row % 2 == 0 ? "good,yes\n" : "bad,no\n")
        }
        try program.write(table, to: name)
    }

    private func tune(_ options: String) async throws -> Run {
        try await program.run("tune long.csv --unfreeze none --dev-fraction 0 --output m \(options) --model", Fixture.base)
    }

    @Test func `If more than a tenth of the texts are long, windows read all of them, and later commands read alike`() async throws {
        try writeRows(150, "long.csv")
        let tuned = try await tune("")
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(
            tuned.messages.contains("24 of 24 training texts have more than 64 tokens; long texts are read in windows\n")
                && !tuned.messages.contains("truncated"), "\(tuned.messages)")
        #expect(try program.read("m/tenor.json").contains("\"long\": \"windows\""))
        let evaluated = try await program.run("evaluate long.csv --model m")
        #expect(evaluated.status == 0 && evaluated.output.contains("accuracy     1.0000"), "\(evaluated.output)")
        // The same answers at any number of threads.
        let one = try await program.run("classify long.csv --format csv --threads 1 --model m")
        #expect(one.output == (try await program.run("classify long.csv --format csv --threads 3 --model m")).output)
        #expect(!one.messages.contains("truncated"))
    }

    @Test(arguments: [("head", true), ("tail", true), ("head-tail", true), ("windows", false)])
    func `What is not read is counted`(part: String, isTruncated: Bool) async throws {
        try writeRows(150, "long.csv")
        let tuned = try await tune("--long \(part)")
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(tuned.messages.contains("24 texts truncated to 64 tokens; see --max-length") == isTruncated, "\(tuned.messages)")
        let evaluated = try await program.run("evaluate long.csv --model m")
        // The label is at the end.
        #expect(evaluated.output.contains("accuracy     1.0000") == (part != "head"), "\(evaluated.output)")
    }

    @Test func `A text of a million characters is answered`() async throws {
        try writeRows(150, "long.csv")
        try #require(try await tune("").status == 0)
        try program.write(String(repeating: "soup is good. ", count: 72_000), to: "book.txt")
        let answered = try await program.run("classify book.txt --model m")
        #expect(answered.status == 0 && answered.lines.count == 1, "\(answered.messages)")
    }

    @Test func `With few long texts the beginning is read`() async throws {
        try writeRows(20, "long.csv")
        let tuned = try await tune("")
        #expect(tuned.status == 0 && !tuned.messages.contains("windows"), "\(tuned.messages)")
        #expect(!(try program.read("m/tenor.json").contains("\"long\"")))
    }
}
