import Testing

@Suite struct RepeatedOptionTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test(arguments: [
        ("tune a.csv --model x --output y --epochs 1 --epochs 2", "--epochs is given twice"),
        ("tune a.csv --model x --output=y --output z --output=w", "--output is given 3 times"),
        ("evaluate a.csv --model x --model y", "--model is given twice"),
        ("classify --model x --format csv --format=jsonl", "--format is given twice"),
        ("quantize a.csv --model x --output y --max-loss 1 --max-loss 2", "--max-loss is given twice"),
        ("tokenize --model x --threads 1 --threads 2", "--threads is given twice"),
        ("transplant --model x --vocabulary v --output y --source a --source b", "--source is given twice"),
        ("vocabulary a.txt --size 10 --output a.model --size 20", "--size is given twice"),
    ])
    func `An option with one value is not given twice`(line: String, said: String) async throws {
        let run = try await program.run(line)
        #expect(run.status == 64)
        #expect(run.messages == "tenor: \(said), it takes one value; see 'tenor \(line.prefix { $0 != " " }) --help'\n")
    }

    @Test(arguments: ["--text-column 1 --text-column 1", "--quiet --quiet", "-- --threads --threads"])
    func `Options with several values, flags and files may be given twice`(more: String) async throws {
        let run = try await program.run("tokenize --model \(Fixture.base) \(more)", input: "a\n")
        #expect(!run.messages.contains("is given"))
    }
}
