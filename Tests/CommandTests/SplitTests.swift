import Foundation
import TenorDamage
import Testing

@Suite struct SplitTests {
    private let program: Program

    init() throws { program = try Program() }

    private func lines(_ name: String) throws -> [String] {
        try program.read(name).split(separator: "\n").map(String.init)
    }

    @Test func `The parts are the rows of the table, in its order and with its header`() async throws {
        try program.copy(Fixture.opinions, to: "a.csv")
        let run = try await program.run("split a.csv --test 0.2 --dev 0.1 --output parts")
        #expect(run.status == 0 && run.messages == "")
        #expect(
            run.output == """
                      train  test  dev
                bad      28     8    4
                good     28     8    4
                all      56    16    8
                parts: saved

                """)
        #expect(try program.names == ["a.csv", "parts"])
        let rows = try lines("a.csv")
        var places: [String: [Int]] = [:]
        for (place, row) in rows.enumerated().dropFirst() { places[row, default: []].append(place) }
        var all: [String] = []
        for part in ["train", "test", "dev"] {
            let found = try lines("parts/\(part).csv")
            #expect(found[0] == "text,label")
            let order = found.dropFirst().map { places[$0]![0] }
            #expect(order == order.sorted())
            all += found.dropFirst()
        }
        #expect(all.sorted() == rows.dropFirst().sorted())
        let record = try #require(try JSONSerialization.jsonObject(with: program.bytes("parts/split.json")) as? [String: Any])
        #expect(record["seed"] as? String == "1" && record["source"] as? String == "a.csv")
        #expect(record["rows"] as? [String: Int] == ["train": 56, "test": 16, "dev": 8])
    }

    @Test func `Rows keep their bytes, in a table's own dialect and encoding`() async throws {
        let rows = (0..<10).map { "\"row; \"\"\($0)\"\"\";\($0 % 2 == 0 ? "a" : "b");é\r\n" }
        let table = "sep=;\r\ntext;label;n\r\n\r\n" + rows.joined(separator: "\r\n;;\r\n")
        let units = ("\u{FEFF}" + table).utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        try program.write(gzipped(units), to: "a.csv.gz")
        let run = try await program.run("split a.csv.gz --test 0.4 --output parts")
        #expect(run.status == 0)
        var all: [String] = []
        for part in ["train", "test"] {
            let text = try #require(String(data: try program.bytes("parts/\(part).csv"), encoding: .utf16BigEndian))
            let opening = "\u{FEFF}sep=;\r\ntext;label;n\r\n"
            #expect(text.utf8.starts(with: opening.utf8))
            all += text.dropFirst(opening.count).split(separator: "\r\n").map { "\($0)\r\n" }
        }
        #expect(all.sorted() == rows.sorted())
        let read = try await program.run("split parts/train.csv --test 0.4 --output again")
        #expect(read.status == 0)
    }

    @Test func `Equal texts stay together, and so do groups`() async throws {
        let rows = (0..<300).map { "{\"text\": \"text \($0 % 100)\", \"label\": \($0 % 2), \"from\": \($0 % 37), \"n\": \($0)}" }
        try program.write(rows.joined(separator: "\n"), to: "a.jsonl")
        for (options, key) in [("", "text"), ("--group-column from", "from")] {
            try program.write(
                options.isEmpty
                    ? rows.joined(separator: "\n")
                    : (0..<300).map { "{\"text\": \"text \($0)\", \"label\": \($0 % 2), \"from\": \($0 % 37), \"n\": \($0)}" }.joined(
                        separator: "\n"), to: "a.jsonl")
            let run = try await program.run("split a.jsonl \(options) --test 0.3 --seed 7 --output parts --force")
            #expect(run.status == 0 && run.messages == "300 rows with equal texts or of the same group stay together\n")
            var parts: [String: Set<String>] = [:]
            var sizes: [Int] = []
            for part in ["train", "test"] {
                let found = try lines("parts/\(part).jsonl")
                sizes.append(found.count)
                for line in found {
                    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                    parts["\(object[key]!)", default: []].insert(part)
                }
            }
            #expect(parts.values.allSatisfy { $0.count == 1 } && parts.count == (key == "text" ? 100 : 37))
            #expect(sizes.reduce(0, +) == 300 && abs(sizes[1] - 90) < 10, "\(sizes)")
        }
    }

    @Test func `The same seed gives the same parts, and another one others`() async throws {
        for (output, seed) in [("a", 3), ("b", 3), ("c", 4)] {
            #expect(try await program.run("split --output \(output) --seed \(seed)", Fixture.opinions).status == 0)
        }
        for file in ["train.csv", "test.csv", "split.json"] {
            #expect(try program.bytes("a/\(file)") == program.bytes("b/\(file)"))
            #expect(try program.bytes("a/\(file)") != program.bytes("c/\(file)"))
        }
    }

    @Test func `A label with few rows goes to train first, then to test, and rows without a label are in train`() async throws {
        try program.write("text,label\na,one\nb,two\nc,two\nd,three\ne,three\nf,three\ng,\nh,\n", to: "a.csv")
        let run = try await program.run("split a.csv --dev 0.1 --output parts")
        #expect(run.status == 0)
        #expect(
            run.output == """
                          train  test  dev
                one           1     0    0
                three         1     1    1
                two           1     1    0
                no label      2     0    0
                all           5     2    1
                parts: saved

                """)
    }

    @Test func `A part without rows is an error, and nothing is written`() async throws {
        try program.write("text,label\na,x\nb,y\n", to: "a.csv")
        let run = try await program.run("split a.csv --output parts")
        #expect(run.status == 65)
        #expect(
            run.error
                == "tenor: a.csv: no row is left for test, needs a label with more rows, or fewer rows that have to stay together")
        try program.write("text,label\na,x\na,x\na,x\na,y\n", to: "b.csv")
        #expect(try await program.run("split b.csv --output parts").status == 65)
        try program.write("text,label\n", to: "c.csv")
        #expect(try await program.run("split c.csv --output parts").error == "tenor: c.csv: has no rows, needs at least one")
        try program.write("a b\n", to: "d.txt")
        #expect(try await program.run("split d.txt --output parts").status == 65)
        #expect(!program.exists("parts"))
    }

    @Test func `Only the parts of another split are replaced, and never the input`() async throws {
        try program.copy(Fixture.opinions, to: "a.csv")
        #expect(try await program.run("split a.csv --output parts --quiet").status == 0)
        #expect(try await program.run("split a.csv --output parts").status == 73)
        let input = try await program.run("split parts/train.csv --output parts --force")
        #expect(input.status == 73 && input.error.contains("the input parts/train.csv lies in it"))
        #expect(try await program.run("split a.csv --output parts --force --dev 0.2").status == 0)
        #expect(program.exists("parts/dev.csv"))
        try FileManager.default.createDirectory(atPath: program.path("mine"), withIntermediateDirectories: false)
        try program.write("mine", to: "mine/file")
        #expect(try await program.run("split a.csv --output mine --force").status == 73)
        #expect(try program.read("mine/file") == "mine")
    }

    @Test(arguments: [
        ("--test 1", "--test is 1.0, it must be at least 0 and below 1"),
        ("--dev -0.1", "--dev is -0.1, it must be at least 0 and below 1"),
        ("--test 0.5 --dev 0.5", "--test and --dev are 1 or more together, they must leave rows to tune on"),
        ("--test 0", "--test and --dev are 0, one of them must be above 0"),
    ])
    func `Shares that leave nothing are wrong usage`(options: String, said: String) async throws {
        let run = try await program.run("split a.csv --output parts \(options.replacing("--dev -", with: "--dev=-"))")
        #expect(run.status == 64)
        #expect(run.error == "tenor: \(said); see 'tenor split --help'")
    }
}
