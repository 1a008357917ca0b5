import TenorClassifying
import TenorFiles
import TenorModeling

extension TuningRun {
    /// Facts for tenor.json and the model card that only the caller knows.
    package struct RunFacts: Sendable {
        let version: String
        /// Of everything that the run depends on; nil where the caller keeps no checkpoints.
        let fingerprint: String?
        let corpus: String
        let corpusDigest: String
        let labelCounts: [(label: String, count: Int)]
        let devSource: String?
        let devDigest: String?

        package init(
            version: String, fingerprint: String? = nil, corpus: String, corpusDigest: String, labelCounts: [(label: String, count: Int)],
            devSource: String?,
            devDigest: String?
        ) {
            self.version = version
            self.fingerprint = fingerprint
            self.corpus = corpus
            self.corpusDigest = corpusDigest
            self.labelCounts = labelCounts
            self.devSource = devSource
            self.devDigest = devDigest
        }
    }

    /// Writes the tuned model as a Hugging Face folder, whole or not at all: the model, the base's tokenizer files, tenor.json, metrics.json,
    /// training.jsonl and a model card.
    ///
    /// - Parameters:
    ///   - format: how the weights are stored.
    ///   - replaced: the kind of folder at `path` that may be replaced; nil for none.
    ///   - records: the lines of training.jsonl.
    package func write(
        _ state: Trainer.State, to path: String, as format: FloatFormat = .f32, replacing replaced: OwnFolder?, records: [String],
        facts: RunFacts
    ) throws {
        let configurationDigest = try digest(ofFiles: ["config.json"], in: base)
        let weightsDigest = try baseDigest.value
        let vocabularyDigest = try digest(ofFiles: tokenizer.files, in: base)
        let origin = try TunedFacts(folder: base)?.json["base"]
        try ReplacingFolder.write(to: path, replacing: replaced) { folder in
            try state.best.write(to: folder, as: format, maxLength: maxLength)
            try copyFiles(tokenizer.files, from: base, to: folder)
            var json: JSON.Object = [
                "format_version": .number(JSON.Number(TunedFacts.formatVersion)), "tenor": .string(facts.version), "kind": "tuned",
                "base": origin ?? .string(lastComponent(of: base)), "base_configuration_sha256": .string(configurationDigest),
                "base_weights_sha256": .string(weightsDigest),
                "vocabulary_sha256": .string(vocabularyDigest), "corpus": .string(lastComponent(of: facts.corpus)),
                "corpus_sha256": .string(facts.corpusDigest),
            ]
            if let source = facts.devSource { json["dev"] = .string(lastComponent(of: source)) }
            if let digest = facts.devDigest { json["dev_sha256"] = .string(digest) }
            if let fingerprint = facts.fingerprint { json["run"] = .string(fingerprint) }
            json["max_length"] = .number(JSON.Number(maxLength))
            json["pooling"] = .string(state.best.head.pooling.rawValue)
            json["precision"] = .string(options.precision.rawValue)
            json["dtype"] = .string(format.rawValue)
            json["options"] = options.json(width: model.encoder.width)
            json["best_epoch"] = .number(JSON.Number(state.bestEpoch))
            json["steps"] = .number(JSON.Number(state.step))
            if let metrics = state.bestMetrics { json["dev_metrics"] = try JSON(parsing: metrics.json) }
            func write(_ text: String, to name: String) throws { try ReplacingFile.write(text.utf8, to: "\(folder)/\(name)") }
            try write(JSON.object(json).serialized(pretty: true) + "\n", to: TunedFacts.fileName)
            if let metrics = state.bestMetrics { try write(metrics.json, to: "metrics.json") }
            try write(records.map { $0 + "\n" }.joined(), to: "training.jsonl")
            try write(card(state, name: lastComponent(of: path), facts, origin: origin), to: "README.md")
        }
    }

    /// The model card: what the folder is, how it was made, how to use it, what to beware of.
    private func card(_ state: Trainer.State, name: String, _ facts: RunFacts, origin: JSON?) -> String {
        let isMean = state.best.head.isSentenceHead
        let labels = state.best.labels.map { "`\($0)`" }.joined(separator: ", ")
        let counts = facts.labelCounts.map { "| \($0.label) | \($0.count) |" }.joined(separator: "\n")
        var results = "There were no dev rows: the last epoch was saved and nothing was measured."
        if let metrics = state.bestMetrics {
            results = """
                On the dev rows (\(facts.devSource.map(lastComponent) ?? "")), after epoch \(state.bestEpoch): accuracy \(rounded(metrics.confusion.accuracy)), \
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

            Classifies text as one of \(labels). Made with Tenor \(facts.version) from \(origin?["name"]?.string ?? lastComponent(of: base)), \
            unfreezing `\(options.unfreezing)`, \(state.epoch) epochs, seed \(options.seed).

            | label | rows in \(lastComponent(of: facts.corpus)) |
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
            "layer_decay": .number(JSON.Number(layerDecay)), "schedule": .string(curve.rawValue), "warmup": .number(JSON.Number(warmup)),
            "weight_decay": .number(JSON.Number(weightDecay)), "clip": .number(JSON.Number(clip)), "metric": .string(metric.rawValue),
            "shuffle": .bool(shuffles), "seed": .string(String(seed)),
        ]
        if let maxSteps { json["max_steps"] = .number(JSON.Number(maxSteps)) }
        if let dropout { json["dropout"] = .number(JSON.Number(dropout)) }
        if let patience { json["patience"] = .number(JSON.Number(patience)) }
        return .object(json)
    }
}
