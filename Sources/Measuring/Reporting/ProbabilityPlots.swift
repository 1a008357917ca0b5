/// How far probabilities can be trusted: the reliability diagram and the risk-coverage curve.
struct ProbabilityPlots {
    let evaluation: Evaluation
    /// What the threshold for a wanted accuracy means; nil if none is wanted.
    let target: String?

    var figures: [Figure] { [reliability] + (riskCoverage.map { [$0] } ?? []) }

    private var reliability: Figure {
        let frame = PlotFrame(
            title: "Reliability diagram", description: "share of right answers against their probability",
            xTitle: "probability of the answer, %", yTitle: "answers that are right, %")
        let most = evaluation.reliability.map(\.rows).max() ?? 1
        let dots = evaluation.reliability.map { bin -> HTML in
            let interval = wilsonInterval(bin.correct, of: bin.rows)
            let (x, radius) = (frame.x(bin.confidence), 3 + 6 * (Double(bin.rows) / Double(most)).squareRoot())
            return """
                <g><title>\("\(counted(bin.rows, "row")): mean probability \(percent(bin.confidence)), right \(percent(bin.accuracy))")</title>\
                <path class="whisker" d="M\(x) \(frame.y(interval.lowerBound))V\(frame.y(interval.upperBound))"/>\
                <circle class="dot" cx="\(x)" cy="\(frame.y(bin.accuracy))" r="\(radius)"/></g>

                """
        }
        return Figure(
            title: "Can the probabilities be trusted?",
            reading:
                "On the dashed line, answers with a probability of 80\u{A0}% are right 80\u{A0}% of the time. Dots below it are too sure. "
                + "Larger dots are more rows; lines are 95 % intervals. On average they are off by \(percent(evaluation.metrics.ece)) (ECE).",
            plot: frame.svg("\(frame.diagonal)\(dots)"))
    }

    private var riskCoverage: Figure? {
        guard let curve = evaluation.riskCoverage.curve else { return nil }
        let highest = curve.points.map(\.y).max() ?? 0
        let ends = [0.05, 0.1, 0.2, 0.4, 0.6, 1]
        let frame = PlotFrame(
            title: "Risk-coverage curve", description: "share of wrong answers against the share of rows that are answered",
            xTitle: "rows that are answered, the most certain first, %", yTitle: "answers that are wrong, %",
            yEnd: ends.first { $0 >= highest } ?? 1)
        let steps = evaluation.riskCoverage.steps.map { step -> HTML in
            "<tr><td>\(percent(step.coverage, 0))</td><td>\(fixed(step.probability, 3))</td><td>\(percent(step.accuracy))</td></tr>\n"
        }
        return Figure(
            title: "What leaving uncertain rows to a person gains",
            reading: "If only answers above a threshold are given, fewer of them are wrong." + (target.map { " " + $0 } ?? ""),
            plot: frame.svg(frame.line(curve.points, style: 0)),
            legend: """
                <details><summary>Thresholds</summary><div class="wide" tabindex="0" role="region" aria-label="Thresholds">
                <table><thead><tr><th scope="col">answered</th><th scope="col">threshold</th><th scope="col">accuracy</th></tr></thead>
                <tbody>\(steps)</tbody></table></div></details>

                """)
    }
}
