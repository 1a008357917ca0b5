package enum SelectionMetric: String, CaseIterable, Sendable {
    case accuracy
    func isBetter(_ a: Metrics, than b: Metrics) -> Bool { a.accuracy > b.accuracy }
    package func value(of m: Metrics) -> Double { m.accuracy }
}
package struct Metrics: Sendable { package var accuracy = 0.0; package var macroF1 = 0.0; package var nll = 0.0; package var json: String { "{}" }
 package func report(of s: String) -> String { "accuracy \(accuracy)\n" } }
struct MetricsAccumulator: Sendable { init(labels: [String]) {}; var n = 0, right = 0
 mutating func add(truth: Int, probabilities: [Double], isTruncated: Bool = false) { n += 1; if probabilities.firstIndex(of: probabilities.max()!)! == truth { right += 1 } }
 func metrics() -> Metrics { Metrics(accuracy: Double(right)/Double(n)) } }
