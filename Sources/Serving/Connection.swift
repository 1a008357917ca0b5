import NIOCore
import NIOHTTP1
import TenorClassifying

/// A client's connection: reads its requests, one after another, and writes the answers.
///
/// Every state but that of computing has a time limit, so a client that does nothing, or everything slowly, holds a connection for a bounded
/// time. All calls are made on the channel's event loop.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between requests.
        case idle
        /// A request has begun to arrive.
        case arriving
        case reading(HTTPRequestHead, ByteBuffer)
        case answering(HTTPRequestHead)
        /// The last answer is written. What still arrives is dropped.
        case ending
    }

    /// Sent to all connections when the server stops.
    struct Stop {}

    private let endpoints: Endpoints
    private let budget: ByteBudget
    private let report: @Sendable (ServerEvent) -> Void
    private let isStopping: @Sendable () -> Bool
    /// Whether there are too many connections, so that this one is told to come back later.
    private let isSurplus: Bool

    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    /// The bytes taken from the budget.
    private var held = 0
    private var work: Work?
    private var began = ContinuousClock.now
    /// Whether an answer is written, but not yet taken by the system.
    private var isWriting = false
    private var isInputClosed = false

    /// How long a client may take to close a connection on which it has its last answer, and how long one without a request is kept when the
    /// server stops.
    private static let lingering = TimeAmount.seconds(1)

    init(
        _ endpoints: Endpoints, _ budget: ByteBudget, isSurplus: Bool, isStopping: @escaping @Sendable () -> Bool,
        _ report: @escaping @Sendable (ServerEvent) -> Void
    ) {
        (self.endpoints, self.budget, self.isSurplus, self.isStopping, self.report) = (endpoints, budget, isSurplus, isStopping, report)
    }

    // MARK: - Events of the channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        endpoints.metrics.opened()
        rest()
    }

    func channelInactive(context: ChannelHandlerContext) {
        endpoints.metrics.closed()
        timer?.cancel()
        work?.abandon()
        release()
        state = .ending
    }

    func bytesArrive() {
        guard case .idle = state else { return }
        state = .arriving
        // Without a head there is nothing to answer to.
        limit(.seconds(Int64(endpoints.options.requestTimeout))) { $0.timeOut() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle), (.head(let head), .arriving): receive(head)
        case (.body(let part), .reading(let head, var body)):
            state = .arriving  // so that the bytes are not copied
            receive(part, head, &body)
        case (.end, .reading(let head, let body)): answer(Request(head: head, body: body))
        default: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is Stop: if case .idle = state, !isWriting { limit(Self.lingering) { $0.context?.close(promise: nil) } }
        case ChannelEvent.inputClosed: endInput(context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The client sends nothing more. It may wait for an answer.
    private func endInput(_ context: ChannelHandlerContext) {
        switch state {
        case .answering: isInputClosed = true
        case _ where isWriting: state = .ending
        default: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        if case .ending = state { return }
        if error == .headerOverflow {
            refuse(Refusal(.requestHeaderFieldsTooLarge, "the header is larger than \(Server.mostHeaderBytes) bytes"))
        } else {
            refuse(Refusal(.badRequest, "the request is not HTTP/1.1: \(error.debugDescription)"))
        }
    }

    // MARK: - Reading

    private func receive(_ head: HTTPRequestHead) {
        bytesArrive()
        began = .now
        state = .reading(head, ByteBuffer())
        if isSurplus { return refuse(.overloaded(.serviceUnavailable, "there are too many connections")) }
        if let refusal = endpoints.refusal(of: head) { return refuse(refusal) }
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        if length > endpoints.options.mostBodyBytes { return refuse(tooLong) }
        if head.headers.first(name: "Expect")?.lowercased() == "100-continue" {
            context?.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
        }
    }

    private var tooLong: Refusal {
        Refusal(.payloadTooLarge, "the body is larger than \(endpoints.options.mostBodyBytes) bytes")
    }

    private func receive(_ part: ByteBuffer, _ head: HTTPRequestHead, _ body: inout ByteBuffer) {
        let count = part.readableBytes
        var part = part
        if body.readableBytes + count > endpoints.options.mostBodyBytes {
            state = .reading(head, body)
            return refuse(tooLong)
        }
        guard budget.take(count) else {
            state = .reading(head, body)
            return refuse(.overloaded(.serviceUnavailable, "the server has no memory left for this request"))
        }
        held += count
        if body.capacity == 0 { body = part } else { body.writeBuffer(&part) }
        state = .reading(head, body)
    }

    private func release() {
        budget.give(held)
        held = 0
    }

    // MARK: - Answering

    private func answer(_ request: Request) {
        timer?.cancel()
        state = .answering(request.head)
        guard let loop = context?.eventLoop else { return }
        let connection = NIOLoopBound(self, eventLoop: loop)
        work = endpoints.answer(request) { response in
            if loop.inEventLoop { connection.value.finish(response) } else { loop.execute { connection.value.finish(response) } }
        }
    }

    private func finish(_ response: Response) {
        guard case .answering(let head) = state else { return }
        note(head, response)
        work = nil
        release()
        let keeps = head.isKeepAlive && !isInputClosed && !isStopping()
        state = keeps ? .idle : .ending
        write(response, to: head, keeps: keeps)
    }

    /// Answers before the whole request is read, and reads no more requests.
    private func refuse(_ refusal: Refusal) {
        let head: HTTPRequestHead? = if case .reading(let head, _) = state { head } else { nil }
        state = .ending
        release()
        if let head { note(head, refusal.response) } else { endpoints.metrics.refused(Int(refusal.status.code)) }
        write(refusal.response, to: head, keeps: false)
    }

    private func note(_ head: HTTPRequestHead, _ response: Response) {
        let status = Int(response.status.code)
        if status >= 400 { endpoints.metrics.refused(status) }
        report(
            .answered(
                method: head.method.rawValue, path: String(Request.path(head)), status: status,
                milliseconds: (ContinuousClock.now - began) / .milliseconds(1), texts: work?.texts.map(\.shown) ?? []))
    }

    private func write(_ response: Response, to head: HTTPRequestHead?, keeps: Bool) {
        guard let context else { return }
        var fields = HTTPHeaders([("Content-Type", response.contentType), ("Content-Length", String(response.body.count))])
        fields.add(contentsOf: response.headers)
        if !keeps { fields.add(name: "Connection", value: "close") }
        if keeps, head?.version == .http1_0 { fields.add(name: "Connection", value: "keep-alive") }
        let answer = HTTPResponseHead(version: head?.version ?? .http1_1, status: response.status, headers: fields)
        isWriting = true
        limit(.seconds(Int64(endpoints.options.requestTimeout))) { $0.context?.close(promise: nil) }
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if head?.method != .HEAD, !response.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in self.hasWritten() }
    }

    /// The system has taken the answer.
    private func hasWritten() {
        isWriting = false
        switch state {
        case .idle: rest()
        case .ending:
            // Closing at once would make the system discard an answer whose client is still sending.
            context?.close(mode: .output, promise: nil)
            limit(Self.lingering) { $0.context?.close(promise: nil) }
        case .arriving, .reading, .answering: break
        }
    }

    // MARK: - Time

    private func rest() {
        limit(isStopping() ? Self.lingering : .seconds(Int64(endpoints.options.idleTimeout))) { $0.context?.close(promise: nil) }
    }

    /// A request takes too long to arrive.
    private func timeOut() {
        if case .reading = state {
            refuse(Refusal(.requestTimeout, "the request took too long to arrive"))
        } else {
            context?.close(promise: nil)
        }
    }

    /// Does something after a time, unless there is a new limit before.
    private func limit(_ time: TimeAmount, _ act: @escaping (Connection) -> Void) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            if let self { act(self) }
        }
    }
}
