import TenorClassifying
import TenorFiles
import TenorModeling
import TenorReading

extension DistillingRun {
    /// Writes the student as a model folder, completely or not at all: the model, its tokenizer's files, tenor.json, training.jsonl, rows.bin
    /// and a model card. Before it takes its place, it is opened again and has to answer a text.
    ///
    /// - Parameters:
    ///   - trained: the digests of the texts; see ``TrainedRows``.
    ///   - records: the lines of training.jsonl.
    ///   - fingerprint: identifies everything that the run depends on.
    func write(
        _ model: Model, _ texts: DistilledTexts, trained: [UInt64], steps: Int, to place: TuningPlace, records: [String],
        fingerprint: String
    ) throws {
        let origin = try TunedFacts(folder: student.folder)?.json["base"]
        let facts = try facts(texts, steps: steps, origin: origin, fingerprint: fingerprint)
        var rows = TrainedRows(digests: trained)
        for folder in teachers.map(\.folder) + [student.folder] { rows = rows.union(try TrainedRows(folder: folder)) }
        try ReplacingFolder.write(to: place.output, replacing: place.replaced) { folder in
            switch objective {
            case .answers: try model.write(to: folder, as: options.dtype, maxLength: student.maxLength)
            case .states: try model.writeEncoder(to: folder, as: options.dtype, maxLength: student.maxLength)
            }
            let encoder = ModelPlace(folder).encoder
            for file in try portableTokenizerFiles(of: student.tokenizer, in: student.folder) {
                try ReplacingFile.write(file.bytes, to: "\(encoder)/\(file.name)")
            }
            try writeText(facts.serialized(.indented) + "\n", to: "\(folder)/\(TunedFacts.fileName)")
            try writeText(records.map { $0 + "\n" }.joined(), to: "\(folder)/training.jsonl")
            try ReplacingFile.write(rows.bytes, to: "\(folder)/\(TrainedRows.fileName)")
            try writeText(card(texts, name: lastComponent(of: place.output), origin: origin), to: "\(folder)/README.md")
            let written = WrittenFolder(folder, for: place.output)
            switch objective {
            case .answers: try written.requireAnswer(to: "a text")
            case .states: try written.requireOutput(for: "a text")
            }
        }
    }

    /// The content of tenor.json.
    ///
    /// - Parameter origin: where the student says that it comes from.
    private func facts(_ texts: DistilledTexts, steps: Int, origin: JSON?, fingerprint: String) throws -> JSON {
        var json: JSON.Object = [
            "format_version": JSON(TunedFacts.formatVersion), "tenor": .string(tenorVersion), "kind": "distilled",
            "base": origin ?? .string(lastComponent(of: student.folder)),
            "teachers": .array(
                try teachers.map { teacher in
                    [
                        "name": .string(lastComponent(of: teacher.folder)),
                        "weights_sha256": .string(try digestOfWeights(ModelFolder(teacher.folder))),
                    ]
                }),
            "student": .string(student.layers == nil ? lastComponent(of: student.folder) : "layers:\(student.layers!.kept.count)"),
            "texts": JSON(texts.rows), "labelled_texts": JSON(texts.labelled), "texts_sha256": .string(texts.digest),
            "run": .string(fingerprint),
        ]
        if let layers = student.layers { json["layers"] = .array(layers.kept.map { JSON($0) }) }
        if objective == .answers {
            json["task"] = .string(task.problemType)
            let teacher = try TunedFacts(folder: teachers[0].folder)?.json
            for key in ["input", "thresholds"] { json[key] = teacher?[key] }
        }
        json["max_length"] = JSON(student.maxLength)
        if student.encoder.long != .head { json["long"] = .string(student.encoder.long.rawValue) }
        json["pooling"] = .string(student.model.head.pooling.rawValue)
        json["precision"] = .string(options.precision.rawValue)
        json["dtype"] = .string(options.dtype.rawValue)
        json["options"] = options.json(objective, width: student.model.encoder.width, rows: texts.rows)
        json["steps"] = JSON(steps)
        return .object(json)
    }

    /// The model card: what the folder is, how it was made, how to use it, and its limits.
    private func card(_ texts: DistilledTexts, name: String, origin: JSON?) -> String {
        let isMean = objective == .states || student.model.head.isSentenceHead
        let names = teachers.map { lastComponent(of: $0.folder) }.joined(separator: ", ")
        let start =
            student.layers.map { "\($0.kept.count) of the \($0.of) layers of \(lastComponent(of: student.folder))" }
            ?? lastComponent(of: student.folder)
        let purpose =
            objective == .answers
            ? "Gives the labels \(listed(student.model.labels) { "`\($0)`" }), as \(names) does."
            : "Turns texts into vectors, as \(names) does. This is a base: tune it for a task."
        let use =
            objective == .answers
            ? "    echo 'a text' | tenor classify --model \(name)" : "    tenor tune rows.csv --model \(name) --output my-model"
        return """
            ---
            library_name: \(isMean ? "sentence-transformers" : "transformers")
            pipeline_tag: \(objective == .answers ? "text-classification" : "sentence-similarity")
            tags: [tenor]
            ---
            # \(name)

            \(purpose) Made with Tenor \(tenorVersion) by distillation: the student began as \(start) and learnt the \
            \(objective == .answers ? "answers" : "states") of \(names) on \(texts.rows) texts, \(texts.labelled) of them with labels, \
            in \(options.epochCount(rows: texts.rows)) epochs, seed \(options.seed).

            Nothing was measured. Measure it on rows that neither it nor its teachers have seen.

            ## Use

            \(use)

            ## Limits

            A student inherits the errors and the biases of its teachers, and is a little worse than they are.
            """ + "\n"
    }
}
