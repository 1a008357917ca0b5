import TenorLayers
import TenorTraining
import Testing

@Suite struct PartitionTests {
    /// How many rows of each label a part has.
    private func counts(_ parts: [Int], _ labels: [Int?], part: Int) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for (row, found) in parts.enumerated() where found == part { counts[labels[row] ?? -1, default: 0] += 1 }
        return counts
    }

    @Test func `Rows that are alone are divided exactly by label`() {
        let labels: [Int?] = (0..<1000).map { $0 % 10 == 0 ? 1 : 0 } + [2, 3, 3, 4, 4, 4, nil]
        let parts = Partition(labels: labels, units: Array(labels.indices), shares: [0.2, 0.1], seed: 7).parts
        #expect(counts(parts, labels, part: 0) == [0: 630, 1: 70, 2: 1, 3: 1, 4: 1, -1: 1])
        #expect(counts(parts, labels, part: 1) == [0: 180, 1: 20, 3: 1, 4: 1])
        #expect(counts(parts, labels, part: 2) == [0: 90, 1: 10, 4: 1])
    }

    @Test func `Each row is as likely as the others to be in a part`() {
        let labels = Array(repeating: 0, count: 20)
        var counts = Array(repeating: 0, count: 20)
        for seed in 0..<2000 {
            let parts = Partition(labels: labels, units: Array(labels.indices), shares: [0.25], seed: UInt64(seed)).parts
            for row in labels.indices where parts[row] == 1 { counts[row] += 1 }
        }
        // 500 expected, with a standard deviation of 19.
        #expect(counts.reduce(0, +) == 10_000 && counts.allSatisfy { (420...580).contains($0) }, "\(counts)")
    }

    @Test func `Units stay together, and single rows make up for them`() {
        var randomness = Randomness(seed: 3)
        for round in 0..<200 {
            let count = 20 + randomness.below(200)
            let labels = (0..<count).map { _ in randomness.below(4) }
            // A third of the rows in units of up to about six, the others alone.
            let units = (0..<count).map { row in row % 3 == 0 ? randomness.below(max(1, count / 12)) : count + row }
            var numbers: [Int: Int] = [:]
            let numbered = units.map { unit in
                let number = numbers[unit] ?? numbers.count
                numbers[unit] = number
                return number
            }
            let parts = Partition(labels: labels, units: numbered, shares: [0.3], seed: UInt64(round)).parts
            var partOfUnit: [Int: Int] = [:]
            for (row, unit) in numbered.enumerated() {
                #expect(partOfUnit[unit, default: parts[row]] == parts[row])
                partOfUnit[unit] = parts[row]
            }
            for label in 0..<4 {
                let all = labels.count { $0 == label }
                let test = labels.indices.count { labels[$0] == label && parts[$0] == 1 }
                #expect(abs(Double(test) - 0.3 * Double(all)) <= 3, "round \(round): \(test) of \(all)")
            }
        }
    }

    @Test func `A unit that fits nowhere is in the part with the most places`() {
        let labels = [0, 0, 0, 0, 0, 0, 0, 1]
        #expect(Partition(labels: labels, units: [0, 0, 0, 0, 0, 0, 0, 1], shares: [0.4], seed: 1).parts == Array(repeating: 0, count: 8))
        #expect(Partition(labels: [], units: [], shares: [0.4], seed: 1).parts == [])
    }

    @Test func `A partition depends on its seed alone, and never changes`() {
        let labels = (0..<40).map { $0 % 3 }
        let units = (0..<40).map { $0 / 2 }
        let parts = Partition(labels: labels, units: units, shares: [0.25, 0.1], seed: 1).parts
        #expect(parts == Partition(labels: labels, units: units, shares: [0.25, 0.1], seed: 1).parts)
        #expect(parts != Partition(labels: labels, units: units, shares: [0.25, 0.1], seed: 2).parts)
        #expect(parts.map(String.init).joined() == "0011220000110000001100000000001100001100")
    }

    @Test func `Rows are connected by texts, by groups and through others`() {
        var rows = RowUnits()
        for (text, group) in [("a", "1"), ("b", nil), ("c", ""), ("a", "2"), ("d", ""), ("e", "2"), ("b", "3"), ("f", "3"), ("g", "e")] {
            rows.add(text: text, group: group)
        }
        #expect(rows.units == [0, 1, 2, 0, 3, 0, 1, 1, 4])
        // "é" as one scalar and as two are texts of their own.
        var bytes = RowUnits()
        for text in ["\u{E9}", "e\u{301}", "\u{E9}"] { bytes.add(text: text, group: nil) }
        #expect(bytes.units == [0, 1, 0])
    }
}
