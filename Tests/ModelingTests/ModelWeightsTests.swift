import Modeling
import Support
import Testing

@Suite struct ModelWeightsTests {
    @Test("A model's weights change in place, and its products are new ones then")
    func inPlace() throws {
        var model = try ModelFolder(ModelFixture("bert-erf").folder).classifier()
        let slot = model.encoder.words
        // Mapped from the file until now.
        model.weights[slot][0, 0] = 1
        let (place, products) = (model.weights[slot].view.base, model.products)
        model.weights[slot][0, 0] = 2
        #expect(model.weights[slot].view.base == place)
        #expect(model.products !== products)
    }
}
