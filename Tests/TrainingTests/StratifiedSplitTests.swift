import TenorTraining
import Testing

@Suite struct StratifiedSplitTests {
    @Test func aSplitTakesTheSameShareOfEveryClass() {
        let classes = (0..<1000).map { $0 % 10 == 0 ? 1 : 0 } + [2, 3, 3]
        let (train, dev) = stratifiedSplit(classIndices: classes, fraction: 0.1, seed: 7)
        #expect((train + dev).sorted() == Array(classes.indices))
        #expect(train == train.sorted() && dev == dev.sorted())
        #expect((0..<4).map { label in dev.count { classes[$0] == label } } == [90, 10, 0, 1])
        #expect((0..<4).map { label in train.count { classes[$0] == label } } == [810, 90, 1, 1])
    }

    @Test func aSplitDependsOnItsSeedAlone() {
        let classes = (0..<200).map { $0 % 3 }
        let dev = stratifiedSplit(classIndices: classes, fraction: 0.1, seed: 1).dev
        #expect(dev == stratifiedSplit(classIndices: classes, fraction: 0.1, seed: 1).dev)
        #expect(dev != stratifiedSplit(classIndices: classes, fraction: 0.1, seed: 2).dev)
        // This must never change: a corpus must be split as it was when a model was tuned.
        #expect(dev == [9, 29, 35, 58, 85, 86, 93, 100, 106, 111, 115, 127, 131, 140, 150, 156, 160, 164, 176, 177, 195])
        #expect(stratifiedSplit(classIndices: classes, fraction: 0, seed: 1).dev.isEmpty)
    }
}
