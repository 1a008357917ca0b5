import CTenorOpenBLAS
import CTenorVector
import TenorLayers
import TenorModeling

// Each layer against its ceiling: what the same product takes alone, or copying as many bytes. Run by `make benchmark`.
//
//     TenorLayerBenchmarks FOLDER...    folders of models of BERT's shape
//
// Everything runs on one thread, on the tokens of one micro-batch.

print("instructions: \(String(cString: vector_instructions())); OpenBLAS's kernels: \(String(cString: openblas_get_corename()))")
for path in CommandLine.arguments.dropFirst() {
    let folder = try ModelFolder(path)
    let model = try folder.classifier()
    let lines = LayerLines(
        width: model.encoder.width, heads: try folder.configuration.int("num_attention_heads"),
        inner: try folder.configuration.int("intermediate_size"), vocabulary: try folder.configuration.int("vocab_size"),
        tokens: MicroBatches.tokens)
    let block = BlockLines(model: model, lines: lines)
    let precisions = Precision.allCases.filter(\.isAvailable)
    print("\n### Layers of \(path.split(separator: "/").last ?? "?"), one thread, \(lines.tokens) tokens\n\n\(Line.header)")
    for line in lines.products() + precisions.flatMap(lines.linear) + [24, 128, 512].flatMap(lines.attention) + lines.elementwise() {
        print(line.markdown)
    }
    for precision in precisions {
        for length in [24, 128, 512] { print(block.block(length, precision).markdown) }
        for length in [24, 512] { print(block.whole(length, precision).markdown) }
    }
}
