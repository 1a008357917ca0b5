import Foundation
import Testing

/// What a server answers.
@Suite struct ServeTests {
    private let program: Program
    private let model: String

    init() async throws {
        program = try Program()
        model = try await Fixture.classifier()
    }

    private func serve(_ more: String...) async throws -> Service { try await Service(program, ["--model", "opinions=\(model)"] + more) }

    private static func json(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    private static let texts = [
        "The soup was warm.", "Our guide was rude.", "ﬁne, “quoted” \"text\" \u{1F600}", String(repeating: "warm ", count: 900),
    ]

    @Test func `A text gets exactly the answer that classify gives, alone and in a batch`() async throws {
        let service = try await serve()
        let classified = try objects(
            try await program.run("classify --format jsonl --logits --model", model, input: Self.texts.joined(separator: "\n")))
        for (text, line) in zip(Self.texts, classified) {
            let expected = try #require(line["probabilities"] as? [String: Double])
            let reply = try service.predict(Self.json(["inputs": text]))
            #expect(reply.status == 200)
            #expect(reply.scores == expected)
            #expect(reply.labels.first?["label"] as? String == line["label"] as? String)
            let raw = try service.predict(Self.json(["inputs": [text], "raw_scores": true, "truncation_direction": "Right"]))
            #expect([raw.scores["bad"], raw.scores["good"]] == line["logits"] as? [Double?])
        }
        let batch = try service.predict(Self.json(["inputs": Self.texts.map { [$0] } + [[" "]], "truncate": true, "model": "opinions"]))
        let lists = try #require(batch.json as? [[[String: Any]]])
        #expect(lists.dropLast().map(Reply.scores) == classified.map { $0["probabilities"] as? [String: Double] })
        #expect(lists.last?.isEmpty == true, "a blank text has no label")
    }

    @Test func `The Open Inference Protocol gives the same numbers as tensors`() async throws {
        let service = try await serve()
        #expect(try service.ask("GET", "/v2/health/live").object["live"] as? Bool == true)
        #expect(try service.ask("GET", "/v2/health/ready").object["ready"] as? Bool == true)
        #expect(try service.ask("GET", "/v2").object["name"] as? String == "tenor")
        #expect(try service.ask("GET", "/v2/models/opinions/ready").object["ready"] as? Bool == true)
        let metadata = try service.ask("GET", "/v2/models/opinions").object
        #expect(metadata["labels"] as? [String] == ["bad", "good"])
        let request =
            #"{"id": "7", "inputs": [{"name": "text", "datatype": "BYTES", "shape": [2, 1], "data": [["The soup was warm."], [" "]]}]}"#
        let answer = try service.ask("POST", "/v2/models/opinions/infer", request).object
        #expect(answer["model_name"] as? String == "opinions" && answer["id"] as? String == "7")
        let outputs = try #require(answer["outputs"] as? [[String: Any]])
        #expect(outputs.map { $0["name"] as? String } == ["label", "probability", "probabilities"])
        #expect(outputs.map { $0["shape"] as? [Int] } == [[2], [2], [2, 2]])
        let scores = try service.predict(#"{"inputs": "The soup was warm."}"#).scores
        #expect(outputs[2]["data"] as? [Double] == [scores["bad"]!, scores["good"]!, 0, 0])
        #expect(outputs[1]["data"] as? [Double] == [scores.values.max()!, 0])
        #expect(outputs[0]["data"] as? [String] == [scores["good"]! > scores["bad"]! ? "good" : "bad", ""])
        let logits = try service.ask(
            "POST", "/v2/models/opinions/infer",
            #"{"inputs": [{"name": "x", "datatype": "BYTES", "shape": [1], "data": ["a"]}], "outputs": [{"name": "logits"}]}"#)
        #expect((logits.object["outputs"] as? [[String: Any]])?.map { $0["datatype"] as? String } == ["FP32"])
    }

    @Test func `Each model is asked by its name, and the first one otherwise`() async throws {
        let other = try await program.run(
            "tune --unfreeze none --head-fit stepped --epochs 1 --seed 4 --quiet --output other --model", Fixture.base, Fixture.opinions)
        try #require(other.status == 0)
        let service = try await serve("--model", "other=other")
        let first = try service.predict(#"{"inputs": "warm soup"}"#).scores
        #expect(try service.predict(#"{"inputs": "warm soup", "model": "opinions"}"#).scores == first)
        #expect(try service.predict(#"{"inputs": "warm soup", "model": "other"}"#).scores != first)
        #expect(try service.predict(#"{"inputs": "warm soup", "model": "third"}"#).status == 404)
        #expect(try service.ask("GET", "/v2/models/third").status == 404)
        #expect(try service.ask("GET", "/info").object["models"] as? [String] == ["opinions", "other"])
    }

    @Test(arguments: [
        ("", 400, "Validation"), ("{", 400, "Validation"), (#"{"inputs": "\ud800"}"#, 400, "Validation"), ("[]", 422, "Validation"),
        ("{}", 422, "Validation"), (#"{"inputs": 1}"#, 422, "Validation"), (#"{"inputs": []}"#, 422, "Validation"),
        (#"{"inputs": ["a", "b"]}"#, 422, "Validation"), (#"{"inputs": [["a", "b"]]}"#, 422, "Validation"),
        (#"{"inputs": ["a", "b", "c"]}"#, 422, "Validation"), (#"{"inputs": [["a"], "b"]}"#, 422, "Validation"),
        (#"{"inputs": [[]]}"#, 422, "Validation"), (#"{"inputs": "a", "truncate": 1}"#, 422, "Validation"),
        (#"{"inputs": "a", "truncation_direction": "Left"}"#, 422, "Validation"), (#"{"inputs": "a", "model": 1}"#, 422, "Validation"),
        (#"{"inputs": [["a"], ["b"], ["c"]]}"#, 413, "Validation"),
        ("{\"inputs\": \"" + String(repeating: "warm ", count: 900) + "\", \"truncate\": false}", 413, "Validation"),
        (String(repeating: "[", count: 100_000), 400, "Validation"),
    ])
    func `What is no request is refused with a status and a type`(body: String, status: Int, type: String) async throws {
        let service = try await serve("--max-batch", "2")
        let reply = try service.predict(body)
        #expect(reply.status == status)
        #expect(reply.object["error_type"] as? String == type)
        #expect((reply.object["error"] as? String)?.isEmpty == false)
        #expect(reply.fields["content-type"] == "application/json")
    }

    @Test(arguments: [
        #"{}"#, #"{"inputs": []}"#, #"{"inputs": [{"name": "t", "datatype": "FP32", "shape": [1], "data": [1]}]}"#,
        #"{"inputs": [{"name": "t", "datatype": "BYTES", "shape": [2], "data": ["a"]}]}"#,
        #"{"inputs": [{"name": "t", "datatype": "BYTES", "shape": [1, 2], "data": ["a", "b"]}]}"#,
        #"{"inputs": [{"name": "t", "datatype": "BYTES", "shape": [0], "data": []}]}"#,
        #"{"inputs": [{"name": "t", "datatype": "BYTES", "shape": [1], "data": ["a"]}], "outputs": [{"name": "x"}]}"#,
        #"{"id": 1, "inputs": [{"name": "t", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}"#,
    ])
    func `A tensor that does not hold texts as its shape says is refused`(body: String) async throws {
        let reply = try await serve().ask("POST", "/v2/models/opinions/infer", body)
        #expect(reply.status == 400 && reply.object["error"] is String)
    }

    @Test func `Paths, methods and types of content are checked before a body is read`() async throws {
        let service = try await serve()
        #expect(try service.ask("GET", "/nothing").status == 404)
        #expect(try service.ask("GET", "/v2/models/opinions/nothing").status == 404)
        let wrong = try service.ask("GET", "/predict")
        #expect(wrong.status == 405 && wrong.fields["allow"] == "POST")
        #expect(try service.ask("DELETE", "/health").fields["allow"] == "GET, HEAD")
        #expect(try service.predict(#"{"inputs": "a"}"#, ["Content-Type: text/plain"]).status == 415)
        #expect(try service.predict(#"{"inputs": "a"}"#, ["Content-Type: Application/JSON; charset=utf-8"]).status == 200)
        let head = try Wire(service.port)
        try head.send(Wire.request("HEAD", "/info"))
        let reply = try #require(try head.reply(isToHead: true))
        #expect(reply.status == 200 && Int(reply.fields["content-length"]!)! > 100)
        try head.send(Wire.request("GET", "/health?x=1"))
        #expect(try head.reply()?.status == 200, "nothing follows the head")
    }

    @Test func `With a key only those who have it get answers`() async throws {
        try program.write("open sesame\n", to: "key")
        let service = try await serve("--api-key-file", "key")
        for path in ["/", "/openapi.json", "/health", "/metrics", "/v2/health/live", "/v2/health/ready"] {
            #expect(try service.ask("GET", path).status == 200, "\(path)")
        }
        for field in [[], ["Authorization: Bearer open"], ["Authorization: Bearer open sesamf"], ["Authorization: open sesame"]] {
            let reply = try service.predict(#"{"inputs": "a"}"#, field)
            #expect(reply.status == 401 && reply.fields["www-authenticate"] == "Bearer")
            #expect(try service.ask("GET", "/info", nil, field).status == 401)
        }
        #expect(try service.predict(#"{"inputs": "a"}"#, ["Authorization: Bearer open sesame"]).status == 200)
        try program.write("\n", to: "empty")
        #expect(try await program.run("serve --api-key-file empty --model", "m=\(model)").status == 64)
    }

    @Test func `Its description names the model, its labels and the limits, and metrics count requests`() async throws {
        let service = try await serve("--max-batch", "5", "--max-length", "64")
        let info = try service.ask("GET", "/info").object
        #expect(info["model_id"] as? String == "opinions" && info["max_client_batch_size"] as? Int == 5)
        #expect(info["max_input_length"] as? Int == 64 && info["auto_truncate"] as? Bool == true)
        let classifier = (info["model_type"] as? [String: [String: Any]])?["classifier"]
        #expect(classifier?["id2label"] as? [String: String] == ["0": "bad", "1": "good"])
        #expect(classifier?["label2id"] as? [String: Int] == ["bad": 0, "good": 1])
        _ = try service.predict(#"{"inputs": "a"}"#)
        _ = try service.predict(#"{"inputs": [["a"], ["b"]]}"#)
        _ = try service.predict(#"{}"#)
        let metrics = try service.ask("GET", "/metrics").text
        for line in [
            #"te_request_count{method="single"} 1"#, #"te_request_count{method="batch"} 1"#, #"te_request_success{method="batch"} 1"#,
            #"te_request_failure{err="422"} 1"#, "te_request_duration_count 2", "te_queue_size 0", "te_batch_next_size_sum 3.0",
        ] { #expect(metrics.contains(line + "\n"), "\(line)") }
    }

    @Test func `The document of the interface names every path, and each path is there`() async throws {
        let service = try await serve()
        let paths = try #require(try service.ask("GET", "/openapi.json").object["paths"] as? [String: [String: Any]])
        #expect(paths.count == 12)
        for (path, methods) in paths {
            for method in methods.keys {
                let body = method == "post" ? "{}" : nil
                let status = try service.ask(method.uppercased(), path.replacing("{name}", with: "opinions"), body).status
                #expect([200, 400, 422].contains(status), "\(method) \(path): \(status)")
            }
        }
    }

    @Test func `The page needs nothing from elsewhere`() async throws {
        let page = try await serve().ask("GET", "/")
        #expect(page.fields["content-type"] == "text/html; charset=utf-8")
        #expect(page.fields["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(page.text.contains("<h1>Tenor</h1>"))
        #expect(!page.text.contains("http:") && !page.text.contains("https:") && !page.text.contains("src="))
    }

    @Test func `Nothing of a text is logged unless it is asked for`() async throws {
        for (option, requests, texts) in [("none", false, false), ("requests", true, false), ("texts", true, true)] {
            let service = try await serve("--log", option)
            _ = try service.predict(#"{"inputs": "secret soup"}"#)
            let run = try await service.stop()
            #expect(run.messages.contains("POST /predict 200 ") == requests)
            #expect(run.messages.contains("secret soup") == texts)
        }
    }

    @Test(arguments: [
        ("--port 70000", "--port is 70000, it must be from 0 to 65535"), ("--model a/x --model b/x", "two models have the name 'x'"),
        ("--model a?b=x", "'a?b' is no name for a model"),
        ("--max-batch 9 --max-waiting 8", "--max-batch is 9, it must be at most --max-waiting"),
        ("--idle-timeout 0", "--idle-timeout is 0, it must be from 1 to 86400"),
    ])
    func `Wrong options are refused`(options: String, message: String) async throws {
        let run = try await program.run("serve \(options)\(options.contains("--model") ? "" : " --model x")")
        #expect(run.status == 64)
        #expect(run.messages.contains(message))
    }

    @Test func `A port that is taken and a folder that is missing are errors`() async throws {
        let service = try await serve()
        let taken = try await program.run("serve --port \(service.port) --model", "m=\(model)")
        #expect(taken.status == 69)
        #expect(taken.messages == "tenor: 127.0.0.1:\(service.port): nothing can be served there: Address already in use\n")
        #expect(try await program.run("serve --port 0 --model nowhere").status == 66)
    }
}
