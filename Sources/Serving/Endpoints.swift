import NIOHTTP1
import TenorClassifying
import TenorFiles
import TenorReading

/// What the server answers to each request.
struct Endpoints: Sendable {
    /// Called once with the answer, on any thread.
    typealias Reply = @Sendable (Response) -> Void

    let models: ModelShelf
    let batcher: Batcher
    let metrics: ServerMetrics
    let options: ServerOptions
    let version: String

    /// Why a request with this head is refused, before its body is read; nil if it is not.
    func refusal(of head: HTTPRequestHead) -> Refusal? {
        do throws(Refusal) {
            let route = try Route(head.method, Request.path(head))
            if let key = options.apiKey, !route.isPublic, !isKey(key, head.headers.first(name: "Authorization")) {
                throw Refusal(.unauthorized, "the key is missing or wrong", headers: [("WWW-Authenticate", "Bearer")])
            }
            guard route.takesTexts else { return nil }
            let type = head.headers.first(name: "Content-Type")?.lowercased().prefix { $0 != ";" && $0 != " " }
            if type != "application/json" {
                throw Refusal(.unsupportedMediaType, "the header Content-Type must be application/json")
            }
            return nil
        } catch {
            return error
        }
    }

    /// Answers a request that was not refused. Returns the work that it makes, if any.
    func answer(_ request: Request, _ reply: @escaping Reply) -> Work? {
        do throws(Refusal) {
            switch try Route(request.head.method, Request.path(request.head)) {
            case .predict: return try predict(request, reply)
            case .infer(let name): return try infer(request, try model(name), reply)
            case let other: reply(try description(other))
            }
        } catch {
            reply(error.response)
        }
        return nil
    }

    private func description(_ route: Route) throws(Refusal) -> Response {
        switch route {
        case .page:
            let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'"
            return Response(
                .ok, "text/html; charset=utf-8", PackageResources.page_html,
                headers: [("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff")])
        case .openAPI: return Response(.ok, "application/json", PackageResources.openapi_json)
        case .health: return Response(.ok, "text/plain; charset=utf-8", [])
        case .metrics:
            return Response(.ok, "text/plain; version=0.0.4; charset=utf-8", Array(metrics.exposition(waiting: batcher.waiting).utf8))
        case .info: return Response(json: models.first.info(options, version: version, names: models.names))
        case .live: return Response(json: ["live": true])
        case .ready: return Response(json: ["ready": true])
        case .server: return Response(json: ["name": "tenor", "version": .string(version), "extensions": []])
        case .model(let name): return Response(json: try model(name).metadata)
        case .modelReady(let name): return Response(json: ["name": .string(try model(name).name), "ready": true])
        case .predict, .infer: preconditionFailure()
        }
    }

    private func model(_ name: String) throws(Refusal) -> ServedModel {
        guard let model = models[name] else {
            throw Refusal(.notFound, "there is no model of this name; there are \(models.names.joined(separator: ", "))")
        }
        return model
    }

    private func predict(_ request: Request, _ reply: @escaping Reply) throws(Refusal) -> Work {
        let predict = try PredictRequest(request.object())
        let model = try predict.model.map { (name) throws(Refusal) in try self.model(name) } ?? models.first
        return try compute(predict.texts, model, isBatch: predict.isBatch, reply) { (answers) throws(Refusal) in
            try predict.response(answers, labels: model.labels)
        }
    }

    private func infer(_ request: Request, _ model: ServedModel, _ reply: @escaping Reply) throws(Refusal) -> Work {
        let infer = try InferRequest(request.object())
        return try compute(infer.texts.map { InputText($0) }, model, isBatch: true, reply) { (answers) throws(Refusal) in
            try infer.response(answers, model)
        }
    }

    private func compute(
        _ texts: [InputText], _ model: ServedModel, isBatch: Bool, _ reply: @escaping Reply,
        _ response: @escaping @Sendable ([Answer]) throws(Refusal) -> JSON
    ) throws(Refusal) -> Work {
        if texts.count > options.mostTexts {
            throw Refusal(.payloadTooLarge, "the request has \(texts.count) texts, at most \(options.mostTexts) are accepted")
        }
        if texts.contains(where: { $0.second != nil }), !model.classifier.takesPairs {
            throw Refusal(
                .unprocessableEntity,
                "'inputs' has a pair of texts, and the model takes single texts; a batch is a list of lists, as [[\"one\"], [\"two\"]]")
        }
        metrics.asked(isBatch: isBatch)
        let began = ContinuousClock.now
        let work = Work(model, texts) { answers in
            do throws(Refusal) {
                let answer = Response(json: try response(answers))
                metrics.answered(isBatch: isBatch, seconds: (ContinuousClock.now - began) / .seconds(1))
                reply(answer)
            } catch {
                reply(error.response)
            }
        }
        try batcher.add(work)
        return work
    }
}

/// Whether an Authorization field has the key. It takes as long for every wrong key of the same length.
private func isKey(_ key: String, _ field: String?) -> Bool {
    let (wanted, found) = (Array("Bearer \(key)".utf8), Array((field ?? "").utf8))
    guard wanted.count == found.count else { return false }
    return zip(wanted, found).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
