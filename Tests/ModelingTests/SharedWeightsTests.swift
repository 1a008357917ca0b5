import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// Parameters used in more than one place: ALBERT's groups, MPNet's relative bias.
@Suite struct SharedWeightsTests {
    static let tied = ["albert", "albert-inner2"]

    @Test("An untied ALBERT gives the same answers, bit for bit, and its folder is an ALBERT with a group for each layer", arguments: tied)
    func untied(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let untied = try #require(try model.untied())
        #expect(untied.logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
        #expect(try untied.untied() == nil)
        let folder = try TemporaryFolder()
        try untied.write(to: folder.path, maxLength: 40)
        let again = try ModelFolder(folder.path)
        #expect(try again.configuration.int("num_hidden_groups") == model.encoder.blockCount)
        #expect(try again.configuration.int("num_hidden_layers") == model.encoder.blockCount)
        #expect(try again.configuration.int("inner_group_num") == 1)
        #expect(try again.classifier().logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
    }

    @Test("Mean pooling is kept when an ALBERT is untied")
    func untiedMean() throws {
        let fixture = try ModelFixture("albert")
        var randomness = Randomness(seed: 1)
        let model = try ModelFolder(fixture.folder).base(labels: ["a", "b"], pooling: .mean, keepsHead: false, randomness: &randomness)
        let untied = try #require(try model.untied())
        #expect(untied.head.isSentenceHead)
        #expect(untied.logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
    }

    @Test("What shares no weights has nothing to untie", arguments: ["albert-untied", "bert-erf"])
    func nothingToUntie(_ name: String) throws {
        #expect(try ModelFolder(ModelFixture(name).folder).classifier().untied() == nil)
    }

    /// The options are those of every fixture: four rows per step in file order, a linear schedule with two warm-up steps, clipping at 1.
    @Test("Six steps on the last block of an untied ALBERT are torch's", arguments: tied)
    func topBlock(_ name: String) throws {
        let fixture = try ModelFixture(name)
        var model = try #require(try ModelFolder(fixture.folder).classifier().untied())
        let boundary = FrozenBoundary.after(blocks: model.encoder.blockCount - 1)
        var backward = Backpropagation(model, above: boundary)
        var optimizer = AdamW(zerosFor: model.table, Trainable(model.table, above: boundary))
        let (losses, norms) = (try fixture.expected("trajectory.top1.losses"), try fixture.expected("trajectory.top1.norms"))
        let rates = try fixture.expected("trajectory.top1.rates")
        for step in 0..<6 {
            let rows = Array(fixture.trajectoryIds[step * 4..<step * 4 + 4])
            let kept = model.states(rows, below: boundary, pooled: false, threads: 1)
            var at = 0
            let states = rows.map { row in
                defer { at += row.count }
                return kept.view[at..<at + row.count]
            }
            let labels = Array(fixture.trajectoryLabels[step * 4..<step * 4 + 4])
            let gradient = withExtendedLifetime(kept) {
                backward.run(Batch(rows: rows, targets: .labels(labels), below: .states(states)), model, dropoutKey: nil, threads: 1)
            }
            let norm = gradient.norm
            #expect(abs(Float(gradient.loss) - losses[step]) < 2e-4)
            #expect(abs(Float(norm) - norms[step]) < 2e-4 * max(1, norms[step]))
            optimizer.step(
                &model.weights, gradient.parameters, table: model.table, scale: Float(min(1, 1 / (norm + 1e-6))), decay: 0.01, threads: 1
            ) { entry in rates[step * 2 + (entry.depth == ParameterTable.headDepth ? 1 : 0)] }
        }
        let logits = model.logits(fixture.trajectoryIds, threads: 1)
        #expect(largestDifference(logits.elements, try fixture.expected("trajectory.top1.logits")) < 1e-3)
    }

    @Test("MPNet's buckets are those that transformers computes")
    func buckets() {
        // The distances at which a new bucket begins, by torch 2.13's fp32 logarithms.
        let firsts = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91]
        for distance in 1..<2000 {
            let bucket = firsts.lastIndex { $0 <= distance }! + 1
            #expect(BucketedBias.bucket(-distance) == bucket)
            #expect(BucketedBias.bucket(distance) == 16 + bucket)
        }
        #expect(BucketedBias.bucket(0) == 0)
    }
}
