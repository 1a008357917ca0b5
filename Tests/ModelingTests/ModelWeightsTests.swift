import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

@Suite struct ModelWeightsTests {
    @Test("A model's weights change in place, and its products are new ones then")
    func inPlace() throws {
        var model = try ModelFolder(ModelFixture("bert-erf").folder).classifier()
        let slot = model.encoder.tokenEmbeddings
        // Mapped from the file until this write.
        model.weights[slot][0, 0] = 1
        let (place, products) = (model.weights[slot].view.base, model.products)
        model.weights[slot][0, 0] = 2
        #expect(model.weights[slot].view.base == place)
        #expect(model.products !== products)
    }

    /// With a head on the first token, whose products are in fp32, and with one on the mean.
    @Test(
        "A folder of bytes answers as its original does in int8, bit for bit",
        .enabled(if: Precision.int8.isAvailable, "this processor has no instructions for int8"),
        arguments: ["bert-erf", "bert-mean", "gpt2", "xlnet"])
    func bytes(_ name: String) throws {
        let fixture = try ModelFixture(name)
        var model = try ModelFolder(fixture.folder).classifier()
        let folder = try TemporaryFolder()
        try model.writeQuantized(to: folder.path, maxLength: 40)
        let stored = try Weights(ModelPlace(folder.path).encoder)
        // Embeddings and XLNet's segment embeddings are not linear layers, and vectors are not matrices.
        let matrices = model.table.entries.filter {
            $0.decays && $0.depth > 0 && $0.name.contains(/\.(h|layer)\./) && !$0.name.hasSuffix("seg_embed")
        }
        #expect(matrices.count >= 12)
        for entry in matrices {
            #expect(stored.dtype(of: entry.name) == .i8 && stored.shape(of: entry.name) == entry.shape, "\(entry.name)")
        }
        var small = try ModelFolder(folder.path).classifier()
        model.products = Products(.int8)
        small.products = Products(.int8)
        #expect(small.logits(fixture.ids, threads: 1).elements == model.logits(fixture.ids, threads: 1).elements)
    }
}
