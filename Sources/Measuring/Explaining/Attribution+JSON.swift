import TenorFiles

extension Attribution {
    /// One line of `tenor explain --json`. `start` and `end` count Unicode code points, as Python does.
    ///
    /// - `label`, `probability` (in a regression `value`), `logit`: what is explained; `given`: whether the model gives this label;
    /// - `baseline_logit`, `sum`, `error`, `complete`, `gradients`: how well integrated gradients add up; null for occlusion;
    /// - `words`: the score of each word; `tokens`: of each token, special ones included, none for occlusion; `characters`: of each code point;
    /// - `rest`: what belongs to no word; `truncated`: the number of tokens that were not read.
    package func json(source: String, row: Int) -> String {
        let places = Places(text)
        var values: JSON.Object = ["source": .string(source), "row": JSON(row), "label": .string(outcome.label)]
        values[outcome.isProbability ? "probability" : "value"] = JSON(outcome.value)
        values["given"] = .bool(outcome.isGiven)
        values["logit"] = JSON(outcome.logit)
        values["baseline_logit"] = JSON(completeness?.baseline)
        values["sum"] = JSON(completeness?.sum)
        values["error"] = JSON(completeness?.error)
        values["complete"] = completeness.map { .bool($0.isReached) } ?? .null
        values["gradients"] = completeness.map { JSON($0.points) } ?? .null
        values["words"] = .array(words.map { places.json("word", string($0.range), $0) })
        values["tokens"] = .array(tokens.map { places.json("token", $0.piece, $0.part) })
        values["characters"] = .array(places.sums(bytes).map { JSON($0) })
        values["rest"] = JSON(rest)
        values["truncated"] = JSON(truncated)
        return JSON.object(values).serialized(.line) + "\n"
    }

    /// Where the code points of a text are.
    private struct Places {
        /// For each byte, the code point that it belongs to.
        private var scalars: [Int] = []

        init(_ text: String) {
            for byte in text.utf8 { scalars.append((scalars.last ?? -1) + (byte & 0xC0 == 0x80 ? 0 : 1)) }
        }

        func json(_ name: String, _ text: String, _ part: Part) -> JSON {
            let start = part.range.lowerBound < scalars.count ? scalars[part.range.lowerBound] : (scalars.last ?? -1) + 1
            let end = part.range.isEmpty ? start : scalars[part.range.upperBound - 1] + 1
            return [name: .string(text), "start": JSON(start), "end": JSON(end), "score": JSON(part.score)]
        }

        /// The sum of each code point's bytes.
        func sums(_ bytes: [Double]) -> [Double] {
            var sums = [Double](repeating: 0, count: (scalars.last ?? -1) + 1)
            for (scalar, value) in zip(scalars, bytes) { sums[scalar] += value }
            return sums
        }
    }
}
