import NIOHTTP1
import TenorFiles

/// A request is not answered. Type and status are those of Text Embeddings Inference, which are few; other statuses are those of HTTP.
struct Refusal: Error, Equatable {
    enum Kind: String {
        case backend = "Backend"
        case overloaded = "Overloaded"
        case unhealthy = "Unhealthy"
        case validation = "Validation"
    }

    let status: HTTPResponseStatus
    let kind: Kind
    let message: String
    /// Fields that the status asks for.
    let headers: [(name: String, value: String)]

    init(_ status: HTTPResponseStatus, _ message: String, _ kind: Kind = .validation, headers: [(name: String, value: String)] = []) {
        (self.status, self.kind, self.message, self.headers) = (status, kind, message, headers)
    }

    static func overloaded(_ status: HTTPResponseStatus, _ message: String) -> Refusal {
        Refusal(status, message, .overloaded, headers: [("Retry-After", "1")])
    }

    static func == (a: Self, b: Self) -> Bool { (a.status, a.kind, a.message) == (b.status, b.kind, b.message) }

    /// `{"error": …, "error_type": …}`, which is also an error of the Open Inference Protocol.
    var response: Response {
        Response(status, json: ["error": .string(message), "error_type": .string(kind.rawValue)], headers: headers)
    }
}
