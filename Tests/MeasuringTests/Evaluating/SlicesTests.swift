import TenorMeasuring
import Testing

@Suite struct SlicesTests {
    @Test func `Lengths make four parts of about the same size, and texts of one length stay together`() {
        var slices = LengthSlices()
        for length in 1...100 { slices.add(length, isCorrect: length % 2 == 0) }
        #expect(slices.slices.parts.map(\.name) == ["1 to 25", "26 to 50", "51 to 75", "76 to 100"])
        #expect(slices.slices.parts.map(\.rows) == [25, 25, 25, 25] && slices.slices.parts.map(\.correct) == [12, 13, 12, 13])

        var equal = LengthSlices()
        for length in [5, 5, 5, 5, 5, 5, 5, 9] { equal.add(length, isCorrect: true) }
        #expect(equal.slices.parts.map(\.name) == ["5", "9"] && equal.slices.parts.map(\.rows) == [7, 1])
        #expect(LengthSlices().slices.parts.isEmpty)
    }

    @Test func `Values of a column are counted, the most frequent first, and beyond a bound together`() {
        var slices = ColumnSlices(column: "country", most: 3)
        for (value, isCorrect) in [
            ("fr", true), ("de", true), ("de", false), ("", true), ("it", false), ("es", true), ("fr", true), ("fr", true),
        ] {
            slices.add(value, isCorrect: isCorrect)
        }
        let found = slices.slices
        #expect(found.title == "country")
        #expect(found.parts.map(\.name) == ["fr", "de", "(empty)", "(other values)"])
        #expect(found.parts.map(\.rows) == [3, 2, 1, 2] && found.parts.map(\.correct) == [3, 1, 1, 1])
        #expect(found.parts[1].interval == wilsonInterval(1, of: 2))
    }

    @Test func `The most confident errors are kept, in order, within both bounds`() {
        func error(_ record: Int, _ probability: Double, _ text: String = "abcd") -> WrongAnswer {
            WrongAnswer(text: text, truth: 0, answer: 1, probability: probability, truthProbability: 0.1, record: record)
        }
        var few = WorstErrors(most: 3, mostBytes: 1000)
        for record in 1...50 { few.add(error(record, Double(record * 7 % 50) / 50)) }
        #expect(few.count == 50)
        #expect(few.sorted.map(\.probability) == [0.98, 0.96, 0.94])
        var equal = WorstErrors(most: 2)
        for record in 1...9 { equal.add(error(record, 0.5)) }
        #expect(equal.sorted.map(\.record) == [1, 2])
        var long = WorstErrors(most: 100, mostBytes: 10)
        for record in 1...9 { long.add(error(record, 0.9)) }
        #expect(long.sorted.map(\.record) == [1, 2])
    }
}
