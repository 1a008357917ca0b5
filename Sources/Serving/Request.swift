import NIOCore
import NIOHTTP1
import TenorFiles

/// A request as a client sent it.
struct Request: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer

    /// The path without the query.
    static func path(_ head: HTTPRequestHead) -> Substring { head.uri.prefix { $0 != "?" } }

    /// The object in the body.
    func object() throws(Refusal) -> JSON.Object {
        // Typed throws do not pass through this closure.
        let parsed = body.withUnsafeReadableBytes { bytes in Result { () throws(JSON.Fault) in try JSON(parsing: bytes) } }
        switch parsed {
        case .success(.object(let object)): return object
        case .success(let other): throw Refusal(.unprocessableEntity, "the body is \(other.kind), an object is needed")
        case .failure(let fault): throw Refusal(.badRequest, "the body is not JSON: \(fault)")
        }
    }
}
