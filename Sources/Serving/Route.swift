import NIOHTTP1

/// What a request asks for.
enum Route: Equatable {
    case page, openAPI, health, info, metrics
    case predict
    case live, ready, server
    case model(String), modelReady(String), infer(String)

    /// - Throws: if there is nothing at the path, or if it has another method.
    init(_ method: HTTPMethod, _ path: Substring) throws(Refusal) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        let route: Route?
        switch parts {
        case [""]: route = .page
        case ["openapi.json"]: route = .openAPI
        case ["health"]: route = .health
        case ["info"]: route = .info
        case ["metrics"]: route = .metrics
        case ["predict"]: route = .predict
        case ["v2"]: route = .server
        case ["v2", "health", "live"]: route = .live
        case ["v2", "health", "ready"]: route = .ready
        default: route = Self.ofModel(parts)
        }
        guard let route else { throw Refusal(.notFound, "there is nothing at this path; /openapi.json lists what there is") }
        guard route.methods.contains(method) else {
            let allowed = route.methods.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.methodNotAllowed, "this path takes \(allowed)", headers: [("Allow", allowed)])
        }
        self = route
    }

    private static func ofModel(_ parts: [String]) -> Route? {
        guard parts.count >= 3, parts[0] == "v2", parts[1] == "models" else { return nil }
        return switch parts.dropFirst(3) {
        case []: .model(parts[2])
        case ["ready"]: .modelReady(parts[2])
        case ["infer"]: .infer(parts[2])
        default: nil
        }
    }

    var takesTexts: Bool {
        switch self {
        case .predict, .infer: true
        default: false
        }
    }

    /// Whether anybody may ask, also without the key.
    var isPublic: Bool {
        switch self {
        case .page, .openAPI, .health, .metrics, .live, .ready: true
        default: false
        }
    }

    private var methods: [HTTPMethod] { takesTexts ? [.POST] : [.GET, .HEAD] }
}
