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
    ///   - seeds: the results with each seed.
    ///   - records: the lines of training.jsonl.
    ///   - fingerprint: identifies everything that the run depends on.
    /// - Throws: ``TuningError`` if its answer is not finite, ``UnusableFolder`` if it cannot be opened.
    func write(
        _ state: Trainer.State, _ search: Choice, _ seeds: [SeedResult], _ outcome: Outcome, to place: TuningPlace, records: [String],
        fingerprint: String
    ) throws {
        let origin = try TunedFacts(folder: base)?.json["base"]
        let facts = try facts(state, search, seeds, outcome, origin: origin, fingerprint: fingerprint)
        try ReplacingFolder.write(to: place.output, replacing: place.replaced) { folder in
            try state.best.calibrated(by: outcome.calibration).restored(scale).write(to: folder, as: options.dtype, maxLength: maxLength)
            let encoder = ModelPlace(folder).encoder
            for file in try portableTokenizerFiles(of: tokenizer, in: base) {
                try ReplacingFile.write(file.bytes, to: "\(encoder)/\(file.name)")
            }
            func write(_ text: String, to name: String) throws { try ReplacingFile.write(text.utf8, to: "\(folder)/\(name)") }
            try write(facts.serialized(.indented) + "\n", to: TunedFacts.fileName)
            if let metrics = outcome.dev ?? outcome.crossValidated { try write(metrics.json, to: "metrics.json") }
            try write(records.map { $0 + "\n" }.joined(), to: "training.jsonl")
            if let answers = search.trials.outOfFold { try write(outOfFoldLines(answers), to: TunedFacts.outOfFoldName) }
            try ReplacingFile.write(trainedRows.bytes, to: "\(folder)/\(TrainedRows.fileName)")
            try write(card(state, search, outcome, name: lastComponent(of: place.output), origin: origin), to: "README.md")
            let text = data.train.texts.first { !$0.isEmpty } ?? ""
            guard try WrittenFolder(folder, for: place.output).logits(text).allSatisfy(\.isFinite) else {
                throw TuningError.overflowed(step: state.step)
            }
        }
    }

    /// The lines of out-of-fold.jsonl: for each training row its place in the corpus, from 0, what is right, and the answer of a model that
    /// was not trained on it: the probabilities of the labels, or numbers. A row whose label was in no other fold has none.
    private func outOfFoldLines(_ answers: OutOfFold) -> String {
        func named(_ values: [Double]) -> JSON {
            var json = JSON.Object()
            for (label, value) in zip(model.labels, values) { json[label] = JSON(value) }
            return .object(json)
        }
        let lines = zip(data.trainRows.indices, answers.answers).map { index, values -> String in
            var json: JSON.Object = ["row": JSON(data.trainRows[index])]
            switch data.train.targets {
            case .labels(let labels): json["label"] = .string(data.labels[labels[index]])
            case .sets(let sets): json["labels"] = .array(sets[index].map { .string(data.labels[$0]) })
            case .numbers(let numbers): json["right"] = named(numbers[index])
            }
            let answer = values.map { scale?.restored($0) ?? $0 }
            json[data.task == .regression ? "values" : "probabilities"] = answer.map(named) ?? .null
            return JSON.object(json).serialized(.line) + "\n"
        }
        return lines.joined()
    }

    /// The content of tenor.json. Its size does not depend on the numbers of rows and labels.
    ///
    /// - Parameter origin: where the base says that it comes from.
    private func facts(
        _ state: Trainer.State, _ search: Choice, _ seeds: [SeedResult], _ outcome: Outcome, origin: JSON?, fingerprint: String
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
        if let old = data.old {
            json["old"] = .string(lastComponent(of: old.name))
            json["old_sha256"] = .string(old.digest)
        }
        if let input = data.input.json { json["input"] = input }
        json["run"] = .string(fingerprint)
        json["task"] = .string(data.task.problemType)
        json["max_length"] = .number(JSON.Number(maxLength))
        if encoder.long != .head { json["long"] = .string(encoder.long.rawValue) }
        json["pooling"] = .string(state.best.head.pooling.rawValue)
        json["precision"] = .string(options.precision.rawValue)
        json["dtype"] = .string(options.dtype.rawValue)
        json["options"] = search.recipe.options.json(width: model.encoder.width, rows: train.count)
        if !search.trials.scores.isEmpty {
            json["compared"] = .array(
                search.trials.scores.map { score in
                    [
                        "recipe": .string(score.recipe.name), "rows": JSON(score.answers.rows),
                        figureName: JSON(headline(score.answers.results(labels: model.labels, scale: scale))),
                    ]
                })
            json["recipe"] = .string(search.recipe.name)
        }
        json["best_epoch"] = .number(JSON.Number(state.bestEpoch))
        json["steps"] = .number(JSON.Number(state.step))
        if let metrics = outcome.dev { json["dev_metrics"] = metrics.summary }
        if let crossValidated = outcome.crossValidated { json["cross_validated"] = crossValidated.summary }
        if let forgetting = outcome.forgetting { json["forgetting"] = forgetting.json }
        outcome.calibration?.record(in: &json, model.task, labels: model.labels)
        if let thresholds = outcome.thresholds { json["thresholds"] = thresholds.json(labels: model.labels) }
        if !seeds.isEmpty {
            json["seeds"] = .array(seeds.map { ["seed": .string(String($0.seed)), "metrics": $0.results.summary] })
        }
        return .object(json)
    }

    /// The model card: what the folder is, how it was made, how to use it, and its limits.
    private func card(_ state: Trainer.State, _ search: Choice, _ outcome: Outcome, name: String, origin: JSON?) -> String {
        let isMean = state.best.head.isSentenceHead
        let labels = listed(state.best.labels) { "`\($0)`" }
        let most = 100
        let rest = data.labels.count > most ? "\n| and \(data.labels.count - most) more labels | |" : ""
        let rows = zip(data.labels, data.labelCounts).prefix(most).map { "| \($0) | \($1) |" }.joined(separator: "\n") + rest
        let sources = ([data.corpus.name] + (data.old.map { [$0.name] } ?? [])).map { lastComponent(of: $0) }.joined(separator: " and ")
        let table =
            data.task == .regression
            ? "Trained on \(data.train.count) rows of \(lastComponent(of: data.corpus.name))."
            : "| label | rows in \(sources) |\n|---|---|\n\(rows)"
        let results = [measured(state, outcome), compared(search, outcome), retained(outcome)].compactMap { $0 }.joined(separator: "\n\n")
        return """
            ---
            library_name: \(isMean ? "sentence-transformers" : "transformers")
            pipeline_tag: text-classification
            tags: [tenor]
            ---
            # \(name)

            \(purpose(labels)) Made with Tenor \(tenorVersion) from \(origin?["name"]?.string ?? lastComponent(of: base)), \
            unfreezing `\(search.recipe.options.policy)`, \(state.epoch) epochs, seed \(options.seed).

            \(table)

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
    private func purpose(_ labels: String) -> String {
        switch data.task {
        case .singleLabel: "Classifies text as one of \(labels)."
        case .multiLabel: "Gives text any of the labels \(labels)."
        case .regression: "Gives text the number\(data.labels.count == 1 ? "" : "s") \(labels)."
        }
    }

    /// What the model card says of the dev rows.
    private func measured(_ state: Trainer.State, _ outcome: Outcome) -> String? {
        guard let metrics = outcome.dev else { return nil }
        let hasChosen = outcome.thresholds != nil && outcome.crossValidated == nil
        let wasChosen = options.unfreezing != nil && state.step > 0 && options.minimized == .classification || hasChosen
        let chosen = hasChosen ? "The epoch and the thresholds were" : "The epoch was"
        return "On the dev rows (\(data.devSource.map { lastComponent(of: $0.name) } ?? "")), after epoch \(state.bestEpoch): "
            + figures(metrics) + "."
            + (wasChosen
                ? " \(chosen) chosen by these rows, so the figures are a little too good; measure on rows that had no part in tuning."
                : "")
    }

    /// What the model card says of the comparison.
    private func compared(_ search: Choice, _ outcome: Outcome) -> String? {
        guard let metrics = outcome.crossValidated else { return nil }
        let scores = search.trials.scores
        let table = scores.map {
            "| \($0.recipe.name) | \(rounded(headline($0.answers.results(labels: model.labels, scale: scale)) ?? .nan)) |"
        }.joined(separator: "\n")
        let chosen = outcome.thresholds == nil ? "" : " The thresholds were chosen by these rows."
        return "Measured on \(metrics.rows) of the rows, by trial models that were not trained on them: \(figures(metrics)).\(chosen)"
            + (scores.count > 1 ? "\n\n| trained | \(figureName) |\n|---|---|\n\(table)" : "")
    }

    /// What the model card says of old rows.
    private func retained(_ outcome: Outcome) -> String? {
        guard let old = data.old else { return nil }
        let place = lastComponent(of: old.name)
        guard let forgetting = outcome.forgetting else { return "Trained along with old rows of \(place); none were left to measure by." }
        let seen = forgetting.seenBefore.map { " The model before was trained on \($0) of them, which makes its figure too good." } ?? ""
        return "Trained along with \(old.rehearsed.count) old rows of \(place). On \(forgetting.rows) others, which were not trained on: "
            + "accuracy \(rounded(forgetting.before.confusion.accuracy)) before, \(rounded(forgetting.after.confusion.accuracy)) after.\(seen)"
    }

    /// The figure that recipes are shown by: the usual one of the task.
    private var figureName: String { data.task.metrics[0].rawValue }

    private func headline(_ results: Results) -> Double? { data.task.metrics[0].value(of: results) }

    private func figures(_ results: Results) -> String {
        data.task.metrics.prefix(3).map { "\($0.rawValue) \($0.value(of: results).map(rounded) ?? "not defined")" }.joined(separator: ", ")
            + ", loss \(rounded(results.loss))"
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
            "weight_decay": .number(JSON.Number(weightDecay)), "clip": .number(JSON.Number(clip)),
            "metric": metric.map { .string($0.rawValue) } ?? .null,
            "shuffle": .bool(shuffles), "seed": .string(String(seed)),
        ]
        if let headStrength { json["head_strength"] = .number(JSON.Number(headStrength)) }
        if let searchSeconds { json["budget"] = .number(JSON.Number(searchSeconds)) }
        switch classWeights {
        case .automatic: break
        case .none: json["class_weights"] = "none"
        case .balanced: json["class_weights"] = "balanced"
        case .named(let weights):
            var named = JSON.Object()
            for (label, weight) in weights.sorted(by: { $0.key < $1.key }) { named[label] = JSON(weight) }
            json["class_weights"] = .object(named)
        case .each(let weights): json["class_weights"] = .array(weights.map { JSON($0) })
        }
        if !calibrates { json["calibrate"] = false }
        if focalLoss > 0 { json["focal_loss"] = JSON(focalLoss) }
        if labelSmoothing > 0 { json["label_smoothing"] = JSON(labelSmoothing) }
        if let folds { json["folds"] = .number(JSON.Number(folds)) }
        if seeds > 1 { json["seeds"] = .number(JSON.Number(seeds)) }
        if averagesSeeds { json["ensemble"] = true }
        if let maxSteps { json["max_steps"] = .number(JSON.Number(maxSteps)) }
        if let dropout { json["dropout"] = .number(JSON.Number(dropout)) }
        if let patience { json["patience"] = .number(JSON.Number(patience)) }
        return .object(json)
    }
}
