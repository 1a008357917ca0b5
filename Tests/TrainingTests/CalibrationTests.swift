import Foundation
import TenorClassifying
import TenorFiles
import TenorModeling
import TenorTraining
import Testing

@Suite struct CalibrationTests {
    /// Rows with the logits of two labels. The first label applies with the probability that its logit says on another line, the second never.
    private func answers(_ rows: Int, scale: Double, shift: Double) -> OutOfFold {
        var state: UInt64 = 1
        func share() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
        var (values, sets): ([(row: Int, values: [Double])], [[Int]]) = ([], [])
        for row in 0..<rows {
            let logit = 8 * share() - 4
            values.append((row, [probability(logit), 0.2 + 0.1 * share()]))
            sets.append(share() < probability(scale * logit + shift) ? [0] : [])
        }
        return OutOfFold(values, .sets(sets))
    }

    @Test func `The line of a label is found again, and the loss falls`() throws {
        let answers = answers(4000, scale: 0.5, shift: 1)
        let found = try #require(Calibration(for: answers, labelCount: 2, hasBias: true))
        #expect(abs(found.scales[0] - 0.5) < 0.05 && abs(found.shifts[0] - 1) < 0.1)
        #expect(found.shifts[1] < -2 && found.scales[1] > 0)
        #expect(answers.calibrated(by: found).loss() < answers.loss() - 0.05)
    }

    @Test func `Where probabilities fit already, or rows are few, lines stay near the logits`() throws {
        let fitting = try #require(Calibration(for: answers(4000, scale: 1, shift: 0), labelCount: 2, hasBias: true))
        #expect(abs(fitting.scales[0] - 1) < 0.1 && abs(fitting.shifts[0]) < 0.1)
        let few = try #require(Calibration(for: answers(3, scale: -5, shift: 9), labelCount: 2, hasBias: true))
        #expect(few.scales.allSatisfy { $0 >= 0.05 && $0 < 3 } && few.shifts.allSatisfy { abs($0) < 3 })
    }

    @Test func `A label whose logits are the wrong way round keeps the order of its answers`() throws {
        let answers = answers(4000, scale: -1, shift: 0)
        let found = try #require(Calibration(for: answers, labelCount: 2, hasBias: true))
        #expect(found.scales[0] == 0.05)
        #expect(answers.calibrated(by: found).loss() < answers.loss())
    }

    @Test func `A classifier without a bias gets no shifts`() throws {
        let answers = answers(4000, scale: 0.5, shift: 1)
        let found = try #require(Calibration(for: answers, labelCount: 2, hasBias: false))
        #expect(found.shifts == [0, 0] && answers.calibrated(by: found).loss() <= answers.loss())
    }

    @Test func `What tenor.json records is read again, and undone`() throws {
        let lines = Calibration(scales: [0.5, 2], shifts: [1, -3])
        var facts = JSON.Object()
        lines.record(in: &facts, .multiLabel, labels: ["a", "b"])
        #expect(Calibration(facts, .multiLabel, labels: ["a", "b"]) == lines)
        #expect(Calibration(facts, .multiLabel, labels: ["b", "a"]) == Calibration(scales: [2, 0.5], shifts: [-3, 1]))
        #expect(Calibration(facts, .singleLabel, labels: ["a", "b"]) == nil)
        #expect(lines.inverse == Calibration(scales: [2, 0.5], shifts: [-2, 1.5]))
        facts["calibration"] = ["a": ["scale": 0, "shift": 1]]
        #expect(Calibration(facts, .multiLabel, labels: ["a", "b"]) == nil)
    }
}
