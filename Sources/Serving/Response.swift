import NIOHTTP1
import TenorFiles

/// A whole answer to a request.
struct Response: Sendable {
    let status: HTTPResponseStatus
    let contentType: String
    let body: [UInt8]
    let headers: [(name: String, value: String)]

    init(_ status: HTTPResponseStatus, _ contentType: String, _ body: [UInt8], headers: [(name: String, value: String)] = []) {
        (self.status, self.contentType, self.body, self.headers) = (status, contentType, body, headers)
    }

    init(_ status: HTTPResponseStatus = .ok, json: JSON, headers: [(name: String, value: String)] = []) {
        self.init(status, "application/json", Array(json.serialized().utf8), headers: headers)
    }
}
