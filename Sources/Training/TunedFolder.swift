import TenorClassifying
import TenorFiles
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
    func write(_ state: Trainer.State, to place: TuningPlace, records: [String], fingerprint: String) throws {
        let origin = try TunedFacts(folder: base)?.json["base"]
        let facts = try facts(state, origin: origin, fingerprint: fingerprint)
        try ReplacingFolder.write(to: place.output, replacing: place.replaced) { folder in
            try state.best.write(to: folder, as: options.dtype, maxLength: maxLength)
            let encoder = ModelPlace(folder).encoder
            for file in try portableTokenizerFiles(of: tokenizer, in: base) {
                try ReplacingFile.write(file.bytes, to: "\(encoder)/\(file.name)")
            }
            func write(_ text: String, to name: String) throws { try ReplacingFile.write(text.utf8, to: "\(folder)/\(name)") }
            try write(facts.serialized(.indented) + "\n", to: TunedFacts.fileName)
            if let metrics = state.bestMetrics { try write(metrics.json, to: "metrics.json") }
            try write(records.map { $0 + "\n" }.joined(), to: "training.jsonl")
            try ReplacingFile.write(trainedRows.bytes, to: "\(folder)/\(TrainedRows.fileName)")
            try write(card(state, name: lastComponent(of: place.output), origin: origin), to: "README.md")
            let text = data.train.texts.first { !$0.isEmpty } ?? ""
            guard try WrittenFolder(folder, for: place.output).logits(text).allSatisfy(\.isFinite) else {
                throw TuningError.overflowed(step: state.step)
            }
        }
    }

    /// The content of tenor.json. Its size does not depend on the numbers of rows and labels.
    ///
    /// - Parameter origin: where the base says that it comes from.
    private func facts(_ state: Trainer.State, origin: JSON?, fingerprint: String) throws -> JSON {
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
        json["options"] = options.json(width: model.encoder.width)
        json["best_epoch"] = .number(JSON.Number(state.bestEpoch))
        json["steps"] = .number(JSON.Number(state.step))
        if let metrics = state.bestMetrics { json["dev_metrics"] = metrics.summary }
        return .object(json)
    }

    /// The model card: what the folder is, how it was made, how to use it, and its limits.
    private func card(_ state: Trainer.State, name: String, origin: JSON?) -> String {
        let isMean = state.best.head.isSentenceHead
        let labels = listed(state.best.labels) { "`\($0)`" }
        let most = 100
        let rest = data.labels.count > most ? "\n| and \(data.labels.count - most) more labels | |" : ""
        let counts = zip(data.labels, data.labelCounts).prefix(most).map { "| \($0) | \($1) |" }.joined(separator: "\n") + rest
        var results = "There were no dev rows: the last epoch was saved and nothing was measured."
        if let metrics = state.bestMetrics {
            results = """
                On the dev rows (\(data.devSource.map { lastComponent(of: $0.name) } ?? "")), after epoch \(state.bestEpoch): accuracy \(rounded(metrics.confusion.accuracy)), \
                macro F1 \(rounded(metrics.confusion.macroF1)), negative log-likelihood \(rounded(metrics.nll)). The epoch was chosen by these rows, so the figures \
                are a little too good; measure on rows that had no part in tuning.
                """.replacing("\n", with: " ")
        }
        return """
            ---
            library_name: \(isMean ? "sentence-transformers" : "transformers")
            pipeline_tag: text-classification
            tags: [tenor]
            ---
            # \(name)

            Classifies text as one of \(labels). Made with Tenor \(tenorVersion) from \(origin?["name"]?.string ?? lastComponent(of: base)), \
            unfreezing `\(options.unfreezing)`, \(state.epoch) epochs, seed \(options.seed).

            | label | rows in \(lastComponent(of: data.corpus.name)) |
            |---|---|
            \(counts)

            \(results)

            ## Use

                echo 'a text' | tenor classify --model \(name)

            \(isMean ? "The folder opens in sentence-transformers too; `encode` gives the logits." : "The folder opens in transformers too, with AutoModelForSequenceClassification.")

            ## Limits

            What the base learnt from its own texts, its biases included, is still in here, and the corpus adds its own. Before anything depends on the \
            answers, evaluate on texts like those it will meet, for each group of people they are about.
            """ + "\n"
    }
}

private func rounded(_ value: Double) -> String { String((value * 10000).rounded() / 10000) }

extension TuningOptions {
    func json(width: Int) -> JSON {
        let rates = rates(width: width)
        var json: JSON.Object = [
            "unfreeze": .string(unfreezing.description), "epochs": .number(JSON.Number(epochCount)),
            "batch_size": .number(JSON.Number(batchSize)),
            "learning_rate": .number(JSON.Number(rates.base)), "head_learning_rate": .number(JSON.Number(rates.head)),
            "layer_decay": .number(JSON.Number(layerDecay)), "schedule": .string(schedule.rawValue), "warmup": .number(JSON.Number(warmup)),
            "weight_decay": .number(JSON.Number(weightDecay)), "clip": .number(JSON.Number(clip)), "metric": .string(metric.rawValue),
            "shuffle": .bool(shuffles), "seed": .string(String(seed)),
        ]
        if let maxSteps { json["max_steps"] = .number(JSON.Number(maxSteps)) }
        if let dropout { json["dropout"] = .number(JSON.Number(dropout)) }
        if let patience { json["patience"] = .number(JSON.Number(patience)) }
        return .object(json)
    }
}
