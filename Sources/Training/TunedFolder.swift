import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading

extension TuningRun {
    /// Writes the tuned model as a Hugging Face folder, completely or not at all: the model, the base's tokenizer files, tenor.json,
    /// metrics.json, training.jsonl, rows.bin and a model card. Before it takes its place, it is opened again and has to answer a text.
    ///
    /// - Parameters:
    ///   - records: the lines of training.jsonl.
    ///   - fingerprint: identifies everything that the run depends on.
    /// - Throws: ``TuningError`` if its answer is not finite, ``UnusableFolder`` if it cannot be opened.
    func write(_ state: Trainer.State, _ search: Choice, to place: TuningPlace, records: [String], fingerprint: String) throws {
        let origin = try TunedFacts(folder: base)?.json["base"]
        let crossValidated = crossValidated(state, search)
        let facts = try facts(state, search, crossValidated, origin: origin, fingerprint: fingerprint)
        try ReplacingFolder.write(to: place.output, replacing: place.replaced) { folder in
            try state.best.write(to: folder, as: options.dtype, maxLength: maxLength)
            let encoder = ModelPlace(folder).encoder
            for file in try portableTokenizerFiles(of: tokenizer, in: base) {
                try ReplacingFile.write(file.bytes, to: "\(encoder)/\(file.name)")
            }
            func write(_ text: String, to name: String) throws { try ReplacingFile.write(text.utf8, to: "\(folder)/\(name)") }
            try write(facts.serialized(.indented) + "\n", to: TunedFacts.fileName)
            if let metrics = state.bestMetrics ?? crossValidated { try write(metrics.json, to: "metrics.json") }
            try write(records.map { $0 + "\n" }.joined(), to: "training.jsonl")
            try ReplacingFile.write(trainedRows.bytes, to: "\(folder)/\(TrainedRows.fileName)")
            try write(card(state, search, crossValidated, name: lastComponent(of: place.output), origin: origin), to: "README.md")
            let text = data.train.texts.first { !$0.isEmpty } ?? ""
            guard try WrittenFolder(folder, for: place.output).logits(text).allSatisfy(\.isFinite) else {
                throw TuningError.overflowed(step: state.step)
            }
        }
    }

    /// The content of tenor.json. Its size does not depend on the numbers of rows and labels.
    ///
    /// - Parameter origin: where the base says that it comes from.
    private func facts(
        _ state: Trainer.State, _ search: Choice, _ crossValidated: Metrics?, origin: JSON?, fingerprint: String
    ) throws -> JSON {
        var json: JSON.Object = [
            "format_version": .number(JSON.Number(TunedFacts.formatVersion)), "tenor": .string(tenorVersion), "kind": "tuned",
            "base": origin ?? .string(lastComponent(of: base)),
            "base_configuration_sha256": .string(try digest(ofFiles: ["config.json"], in: ModelPlace(base).encoder)),
            "base_weights_sha256": .string(try baseDigest.value),
            "vocabulary_sha256": .string(try digest(ofFiles: tokenizer.files, in: ModelPlace(base).encoder)),
            "corpus": .string(lastComponent(of: data.corpus.name)), "corpus_sha256": .string(data.corpus.digest),
        ]
        if let source = data.devSource { json["dev"] = .string(lastComponent(of: source.name)) }
        if let digest = data.devSource?.digest { json["dev_sha256"] = .string(digest) }
        if let input = data.input.json { json["input"] = input }
        json["run"] = .string(fingerprint)
        json["max_length"] = .number(JSON.Number(maxLength))
        json["pooling"] = .string(state.best.head.pooling.rawValue)
        json["precision"] = .string(options.precision.rawValue)
        json["dtype"] = .string(options.dtype.rawValue)
        json["options"] = search.recipe.options.json(width: model.encoder.width, rows: train.count)
        if !search.scores.isEmpty {
            json["compared"] = .array(
                search.scores.map { score in
                    [
                        "recipe": .string(score.recipe.name), "rows": .number(JSON.Number(score.answers.rows)),
                        "accuracy": .number(JSON.Number(score.accuracy)),
                    ]
                })
            json["recipe"] = .string(search.recipe.name)
        }
        json["best_epoch"] = .number(JSON.Number(state.bestEpoch))
        json["steps"] = .number(JSON.Number(state.step))
        if let metrics = state.bestMetrics { json["dev_metrics"] = metrics.summary }
        if let crossValidated { json["cross_validated"] = crossValidated.summary }
        return .object(json)
    }

    /// The model card: what the folder is, how it was made, how to use it, and its limits.
    private func card(_ state: Trainer.State, _ search: Choice, _ crossValidated: Metrics?, name: String, origin: JSON?) -> String {
        let isMean = state.best.head.isSentenceHead
        let labels = listed(state.best.labels) { "`\($0)`" }
        let most = 100
        let rest = data.labels.count > most ? "\n| and \(data.labels.count - most) more labels | |" : ""
        let counts = zip(data.labels, data.labelCounts).prefix(most).map { "| \($0) | \($1) |" }.joined(separator: "\n") + rest
        let results = [measured(state), compared(search, crossValidated)].compactMap { $0 }.joined(separator: "\n\n")
        return """
            ---
            library_name: \(isMean ? "sentence-transformers" : "transformers")
            pipeline_tag: text-classification
            tags: [tenor]
            ---
            # \(name)

            Classifies text as one of \(labels). Made with Tenor \(tenorVersion) from \(origin?["name"]?.string ?? lastComponent(of: base)), \
            unfreezing `\(search.recipe.options.policy)`, \(state.epoch) epochs, seed \(options.seed).

            | label | rows in \(lastComponent(of: data.corpus.name)) |
            |---|---|
            \(counts)

            \(results.isEmpty ? "There were no dev rows, and nothing was measured." : results)

            ## Use

                echo 'a text' | tenor classify --model \(name)

            \(isMean ? "The folder opens in sentence-transformers too; `encode` gives the logits." : "The folder opens in transformers too, with AutoModelForSequenceClassification.")

            ## Limits

            What the base learnt from its own texts, its biases included, is still in here, and the corpus adds its own. Before anything depends on the \
            answers, evaluate on texts like those it will meet, for each group of people they are about.
            """ + "\n"
    }
}

extension TuningRun {
    /// What the model card says of the dev rows.
    private func measured(_ state: Trainer.State) -> String? {
        guard let metrics = state.bestMetrics else { return nil }
        let wasChosen = options.unfreezing != nil && state.step > 0 && options.minimized == .classification
        return "On the dev rows (\(data.devSource.map { lastComponent(of: $0.name) } ?? "")), after epoch \(state.bestEpoch): "
            + figures(metrics) + "."
            + (wasChosen
                ? " The epoch was chosen by these rows, so the figures are a little too good; measure on rows that had no part in tuning."
                : "")
    }

    /// What the model card says of the comparison.
    private func compared(_ search: Choice, _ crossValidated: Metrics?) -> String? {
        guard let metrics = crossValidated else { return nil }
        let table = search.scores.map { "| \($0.recipe.name) | \(rounded($0.accuracy)) |" }.joined(separator: "\n")
        return "Measured on \(metrics.confusion.rows) of the rows, by trial models that were not trained on them: \(figures(metrics))."
            + (search.scores.count > 1 ? "\n\n| trained | accuracy |\n|---|---|\n\(table)" : "")
    }

    private func figures(_ metrics: Metrics) -> String {
        "accuracy \(rounded(metrics.confusion.accuracy)), macro F1 \(rounded(metrics.confusion.macroF1)), "
            + "negative log-likelihood \(rounded(metrics.nll))"
    }
}

private func rounded(_ value: Double) -> String { String((value * 10000).rounded() / 10000) }

extension TuningOptions {
    func json(width: Int, rows: Int) -> JSON {
        let rates = rates(width: width)
        var json: JSON.Object = [
            "unfreeze": .string(unfreezing?.description ?? "auto"), "objective": .string(objective?.rawValue ?? "auto"),
            "head_fit": .string(headFit.rawValue), "epochs": .number(JSON.Number(epochCount(rows: rows))),
            "batch_size": .number(JSON.Number(rowsPerStep)),
            "learning_rate": .number(JSON.Number(rates.base)), "head_learning_rate": .number(JSON.Number(rates.head)),
            "layer_decay": .number(JSON.Number(layerDecay)), "schedule": .string(schedule.rawValue), "warmup": .number(JSON.Number(warmup)),
            "weight_decay": .number(JSON.Number(weightDecay)), "clip": .number(JSON.Number(clip)), "metric": .string(metric.rawValue),
            "shuffle": .bool(shuffles), "seed": .string(String(seed)),
        ]
        if let headStrength { json["head_strength"] = .number(JSON.Number(headStrength)) }
        if let searchSeconds { json["budget"] = .number(JSON.Number(searchSeconds)) }
        if let maxSteps { json["max_steps"] = .number(JSON.Number(maxSteps)) }
        if let dropout { json["dropout"] = .number(JSON.Number(dropout)) }
        if let patience { json["patience"] = .number(JSON.Number(patience)) }
        return .object(json)
    }
}
