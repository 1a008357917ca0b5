/// Where a server listens, who may ask it, and how much it accepts.
package struct ServerOptions: Sendable {
    package var host = "127.0.0.1"
    /// 0 for any free port.
    package var port = 8080
    /// The key that requests must carry, except those for the page, its description, health and metrics; nil for none.
    package var apiKey: String?
    /// The number of texts in a request.
    package var mostTexts = 32
    /// The number of texts that wait for a thread. A request that would exceed it is refused with 429.
    package var mostWaiting = 512
    /// The bytes of a request's body.
    package var mostBodyBytes = 2_000_000
    /// The bytes of the bodies of all requests under way.
    package var mostBytes = 64_000_000
    package var mostConnections = 1024
    /// How long the first text of an incomplete micro-batch waits for others, in milliseconds.
    package var batchWait = 0
    /// The seconds in which a request must arrive whole after its first byte, and its answer must be taken.
    package var requestTimeout = 30
    /// The seconds that a connection is kept without a request.
    package var idleTimeout = 75
    /// The seconds that requests under way get to be answered when the server stops.
    package var stopTimeout = 30

    package init() {}
}
