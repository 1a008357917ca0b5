import TenorFiles

/// The results of a regression on one or more numbers. Averages over the numbers are unweighted, as in scikit-learn.
package struct RegressionMetrics: Sendable, Equatable {
    /// The answers about one number.
    package struct Output: Sendable, Equatable {
        package let name: String
        /// √(mean squared error).
        package let rmse: Double
        /// The mean absolute error.
        package let mae: Double
        /// 1 - Σ (y - z)² / Σ (y - ȳ)², as scikit-learn's `r2_score`: 1 or 0 if all right values are equal; nil with fewer than two rows.
        package let r2: Double?
        /// Pearson's correlation; nil if it is undefined because all values on one side are equal.
        package let pearson: Double?
        /// Spearman's correlation: Pearson's of the ranks, where equal values share their mean rank.
        package let spearman: Double?
        /// The mean of the right values.
        package let mean: Double
        /// √(mean squared distance of the right values from their mean): the RMSE of always answering the mean.
        package let deviation: Double
    }

    package let outputs: [Output]
    package let rows: Int
    package let truncatedRows: Int

    package var rmse: Double { mean(outputs.map(\.rmse)) }
    package var mae: Double { mean(outputs.map(\.mae)) }
    package var r2: Double? { defined(outputs.map(\.r2)) }
    package var pearson: Double? { defined(outputs.map(\.pearson)) }
    package var spearman: Double? { defined(outputs.map(\.spearman)) }
    /// The mean squared error over rows and outputs.
    package var mse: Double { mean(outputs.map { $0.rmse * $0.rmse }) }

    private func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    private func defined(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.count == values.count ? mean(known) : nil
    }
}

extension RegressionMetrics {
    /// The figures for all outputs together.
    package var summary: JSON { .object(figures) }

    /// The figures, and those of each output.
    package var values: JSON {
        var values = figures
        var named = JSON.Object()
        for output in outputs {
            named[output.name] = [
                "rmse": JSON(output.rmse), "mae": JSON(output.mae), "r2": JSON(output.r2), "pearson": JSON(output.pearson),
                "spearman": JSON(output.spearman), "mean": JSON(output.mean), "deviation": JSON(output.deviation),
            ]
        }
        values["per_output"] = .object(named)
        return .object(values)
    }

    private var figures: JSON.Object {
        [
            "rows": JSON(rows), "rmse": JSON(rmse), "mae": JSON(mae), "mse": JSON(mse), "r2": JSON(r2), "pearson": JSON(pearson),
            "spearman": JSON(spearman), "truncated_rows": JSON(truncatedRows),
        ]
    }

    /// Reads what ``values`` gave; nil if it is of other outputs.
    package init?(_ json: JSON, outputs names: [String]) {
        guard let rows = json["rows"]?.int, let named = json["per_output"]?.object else { return nil }
        var outputs: [Output] = []
        for name in names {
            guard let json = named[name], let rmse = json["rmse"]?.double, let mae = json["mae"]?.double, let mean = json["mean"]?.double,
                let deviation = json["deviation"]?.double
            else { return nil }
            outputs.append(
                Output(
                    name: name, rmse: rmse, mae: mae, r2: json["r2"]?.double, pearson: json["pearson"]?.double,
                    spearman: json["spearman"]?.double, mean: mean, deviation: deviation))
        }
        self.init(outputs: outputs, rows: rows, truncatedRows: json["truncated_rows"]?.int ?? 0)
    }

    /// The metrics as text for a terminal.
    ///
    /// - Parameter maxLength: the number of tokens that texts were truncated to.
    package func report(maxLength: Int) -> String {
        func figure(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "not defined" }
        var lines = ["rows  \(rows)"]
        if truncatedRows > 0 { lines.append("truncated  \(counted(truncatedRows, "row")), to \(maxLength) tokens") }
        lines.append("")
        lines += table(
            [["column", "RMSE", "MAE", "R²", "Pearson", "Spearman", "mean", "deviation"]]
                + outputs.map {
                    [
                        oneLine($0.name), fixed($0.rmse, 4), fixed($0.mae, 4), figure($0.r2), figure($0.pearson), figure($0.spearman),
                        fixed($0.mean, 4), fixed($0.deviation, 4),
                    ]
                })
        lines += ["", "Always answering the mean has the deviation as its RMSE, and an R² of 0."]
        return lines.joined(separator: "\n") + "\n"
    }
}
