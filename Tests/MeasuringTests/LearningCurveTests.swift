import Foundation
import FoundationXML
import TenorFiles
import TenorMeasuring
import Testing

@Suite struct LearningCurveTests {
    /// Errors of the pre-trained base fall by a fifth with each doubling in the first draw, and by a tenth in the second.
    private func curve(sizes: [Int] = [8, 16, 32, 64], draws: Int = 2) -> LearningCurve {
        var curve = LearningCurve(sizes: sizes, rows: sizes.map { 2 * $0 }, testCounts: [60, 40])
        for draw in 0..<draws {
            for size in sizes {
                let share = draw == 0 ? 0.8 : 0.9
                let pretrained = 1 - 0.4 * pow(share, log2(Double(size) / 8))
                curve.add([.pretrained: pretrained, .random: 0.5, .terms: draw == 0 ? 0.5 : 0.6], size: size)
            }
        }
        return curve
    }

    @Test func `Means and standard deviations are over the draws of a size`() {
        let curve = curve()
        #expect(curve.draws == 2 && curve.testRows == 100)
        #expect(curve.baseline == 0.6)
        #expect(abs(curve.mean(.terms, size: 16) - 0.55) < 1e-12)
        // √((0.05² + 0.05²) / (2 - 1))
        #expect(abs(curve.deviation(.terms, size: 16)! - 0.0707106781186548) < 1e-12)
        #expect(curve.deviation(.random, size: 64) == 0)
        #expect(self.curve(draws: 1).deviation(.terms, size: 16) == nil)
    }

    @Test func `A power law is found from its points, and its error beyond them`() {
        let law = PowerLaw([4, 8, 64, 100].map { ($0, 0.9 * pow($0, -0.35)) })
        #expect(abs(law.exponent - 0.35) < 1e-12)
        #expect(abs(law.error(200) - 0.9 * pow(200, -0.35)) < 1e-12)
        // Least squares of ln error on ln n: the line through (0, 0), (1, 0) and (2, 3) in logarithms to base 2 has slope 1.5.
        #expect(abs(PowerLaw([(1, 1), (2, 1), (4, 8)]).exponent + 1.5) < 1e-12)
    }

    @Test func `Twice the labels bring the mean of what each draw's law says`() throws {
        let doubling = try #require(Doubling(curve()))
        #expect(doubling.size == 128 && doubling.fittedFrom == 16)
        let gains = [0.4 * pow(0.8, 3) * 0.2, 0.4 * pow(0.9, 3) * 0.1]
        #expect(abs(doubling.gain - (gains[0] + gains[1]) / 2) < 1e-12)
        #expect(abs(doubling.range.lowerBound - gains[1]) < 1e-12 && abs(doubling.range.upperBound - gains[0]) < 1e-12)
        #expect(abs(doubling.accuracy - curve().mean(.pretrained, size: 64) - doubling.gain) < 1e-12)
        #expect(Doubling(curve(sizes: [8])) == nil)
        #expect(try #require(Doubling(curve(sizes: [8, 16]))).fittedFrom == 8)
    }

    @Test func `Nothing but right answers are extrapolated to finite figures, at most 1`() throws {
        var curve = LearningCurve(sizes: [8, 16], rows: [16, 32], testCounts: [5, 5])
        for size in [8, 16] { curve.add([.pretrained: 1, .random: 1, .terms: 1], size: size) }
        let doubling = try #require(Doubling(curve))
        #expect(doubling.gain == 0 && doubling.accuracy == 1)
        #expect(curve.sentences[1] == "Twice the labels, 32 rows each, would bring nothing that these figures show.")
    }

    @Test func `The report is a table and two sentences`() {
        #expect(
            curve().report == """
                accuracy in percent on 100 test rows, mean ± standard deviation of 2 draws
                always answering the most frequent label of the test rows: 60.0

                rows per label  rows  pre-trained base  random weights       TF-IDF
                8                 16       60.0 ±  0.0     50.0 ±  0.0  55.0 ±  7.1
                16                32       66.0 ±  2.8     50.0 ±  0.0  55.0 ±  7.1
                32                64       71.0 ±  4.8     50.0 ±  0.0  55.0 ±  7.1
                64               128       75.2 ±  6.1     50.0 ±  0.0  55.0 ±  7.1

                Pre-training brings +10.0 points over random weights and +5.0 over TF-IDF at 8 rows per label, and +25.2 and +20.2 at 64.
                Twice the labels, 128 rows each, would bring about +3.5 points (single draws: +2.9 to +4.1), if the error goes on falling as \
                from 16 to 64.

                """)
        #expect(curve(draws: 1).report.contains("accuracy in percent on 100 test rows, one draw\n"))
        #expect(curve(sizes: [8]).sentences[1] == "What more labels would bring needs at least two sizes.")
    }

    @Test func `Where a draw says that the error rises, more labels only might bring something`() {
        var curve = LearningCurve(sizes: [8, 16], rows: [16, 32], testCounts: [50, 50])
        for draw in 0..<2 {
            curve.add([.pretrained: 0.6, .random: 0.5, .terms: 0.7], size: 8)
            curve.add([.pretrained: draw == 0 ? 0.7 : 0.59, .random: 0.5, .terms: 0.7], size: 16)
        }
        #expect(curve.sentences[0].hasSuffix("over random weights and -10.0 over TF-IDF at 8 rows per label, and +14.5 and -5.5 at 16."))
        #expect(
            curve.sentences[1] == "Twice the labels, 32 rows each, might bring about +3.2 points (single draws: -1.0 to +7.5), "
                + "if the error goes on falling as from 8 to 16.")
    }

    @Test func `The JSON has the accuracy of every draw`() throws {
        let json = try Array(curve().json.utf8).withUnsafeBytes { try JSON(parsing: $0) }
        #expect(json["rows_per_label"]?.array?.compactMap(\.int) == [8, 16, 32, 64])
        let terms = json["methods"]?["tfidf"]?["accuracy"]?.array?[2].array?.compactMap(\.double)
        #expect(terms == [0.5, 0.6])
        #expect(json["twice"]?["rows_per_label"]?.int == 128)
        #expect(json["sentences"]?.array?.compactMap(\.string) == curve().sentences)
        let single = try Array(curve(sizes: [8], draws: 1).json.utf8).withUnsafeBytes { try JSON(parsing: $0) }
        #expect(single["twice"] == .null)
        #expect(single["methods"]?["tfidf"]?["sd"]?.array == [.null])
    }

    @Test(arguments: [[8, 16, 32, 64], [8]])
    func `The chart is well-formed XML, with a point for each mean`(sizes: [Int]) throws {
        let svg = CurveChart(curve(sizes: sizes), name: "a & <b>\n\".csv").svg
        let elements = try Elements(svg)
        // One of each shape is in the legend; the open circle is twice the labels.
        #expect(elements.count("circle") == sizes.count + 1 + (sizes.count > 1 ? 1 : 0))
        #expect(elements.count("polygon") == sizes.count + 1)
        #expect(elements.text.contains("a & <b>\\n\".csv · mean ± standard deviation of 2 draws · 100 test rows"))
        // Higher accuracies are further up, and the axis is logarithmic.
        let line = try #require(elements.attributes("polyline").first?["points"]).split(separator: " ")
        let points = line.map { $0.split(separator: ",").compactMap { Double($0) } }
        #expect(points.count == sizes.count)
        for (point, next) in zip(points, points.dropFirst()) { #expect(next[1] < point[1]) }
        for (index, point) in points.enumerated() where index > 1 {
            #expect(abs(point[0] - points[1][0] - Double(index - 1) * (points[1][0] - points[0][0])) < 0.2)
        }
    }
}

/// The elements and the text of an XML document.
private final class Elements: NSObject, XMLParserDelegate {
    private var found: [(name: String, attributes: [String: String])] = []
    private(set) var text = ""

    init(_ document: String) throws {
        super.init()
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
    }

    func count(_ name: String) -> Int { attributes(name).count }

    func attributes(_ name: String) -> [[String: String]] { found.filter { $0.name == name }.map(\.attributes) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        found.append((name, attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}
