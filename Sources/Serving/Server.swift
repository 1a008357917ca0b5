import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TenorClassifying
import TenorFiles
import TenorThreads

/// Serves classifiers over HTTP/1.1.
package final class Server: Sendable {
    private struct State {
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isEnding = false
        var isStopped = false
        var isReloading = false
        /// Whether to load the folders again once more, because one may have changed meanwhile.
        var mustReload = false
    }

    /// The bytes of a request's first line and header fields.
    static let mostHeaderBytes = 64 << 10

    private let options: ServerOptions
    private let endpoints: Endpoints
    private let budget: ByteBudget
    private let report: @Sendable (ServerEvent) -> Void
    private let group: MultiThreadedEventLoopGroup
    private let state = Lock(State())
    private let stopping = Atomic(false)
    private let isStopped = Condition()

    /// - Parameters:
    ///   - models: names, which must differ, and the folders that they stand for.
    ///   - threads: the number of threads that compute.
    ///   - version: the program's version, for those who ask.
    ///   - load: opens a folder.
    ///   - report: called from any thread.
    package init(
        _ models: [(name: String, folder: String)], _ options: ServerOptions, threads: Int, version: String,
        load: @escaping @Sendable (_ folder: String) throws -> TextClassifier, report: @escaping @Sendable (ServerEvent) -> Void
    ) throws {
        self.options = options
        self.report = report
        let metrics = ServerMetrics()
        let batcher = Batcher(
            models: models.count, limit: options.mostWaiting, patience: .milliseconds(options.batchWait), metrics)
        endpoints = Endpoints(
            models: try ModelShelf(models, load), batcher: batcher, metrics: metrics, options: options, version: version)
        budget = ByteBudget(options.mostBytes)
        guard batcher.start(threads: threads) else { throw ServerError.noThread }
        // Requests are read on few threads: most of the work is in the models.
        group = MultiThreadedEventLoopGroup(numberOfThreads: (threads + 3) / 4)
    }

    /// Begins to listen. Returns the port.
    package func start() throws(ServerError) -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [self] channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
        do {
            let listener = try bootstrap.bind(host: options.host, port: options.port).wait()
            state.withLock { $0.listener = listener }
            return listener.localAddress?.port ?? options.port
        } catch {
            let reason = (error as? IOError).map { systemMessage($0.errnoCode) } ?? "\(error)"
            throw .cannotListen(host: options.host, port: options.port, reason: reason)
        }
    }

    private func prepare(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        let count = state.withLock { state in
            state.connections[id] = channel
            return state.connections.count
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in _ = state.connections.removeValue(forKey: id) }
        }
        let connection = Connection(
            endpoints, budget, isSurplus: count > options.mostConnections,
            isStopping: { [self] in stopping.load(ordering: .relaxed) }, report)
        var limits = NIOHTTPDecoderLimitConfiguration()
        (limits.maxHeaderFieldSize, limits.maxHeaderListSize) = (Self.mostHeaderBytes, Self.mostHeaderBytes)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ArrivalHandler(connection))
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(connection)
    }

    /// Opens the models' folders again, on another thread, and uses those that open.
    package func reload() {
        let begins = state.withLock { state in
            state.mustReload = true
            defer { state.isReloading = true }
            return !state.isReloading
        }
        guard begins else { return }
        let load: @Sendable () -> Void = { [self] in
            while state.withLock({ state in
                state.isReloading = state.mustReload
                defer { state.mustReload = false }
                return state.mustReload
            }) {
                endpoints.models.reload(report)
            }
        }
        if !WorkerThreads.start(load) { load() }
    }

    /// Accepts no more connections, and ends when all requests under way are answered. Returns at once.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isEnding = true }
            return !state.isEnding
        }
        if isFirst, !WorkerThreads.start(finish) { finish() }
    }

    private func finish() {
        if let listener = state.withLock({ $0.listener }) {
            refuseConnections(listener)
            try? listener.close().wait()
        }
        // Only now, so that a client whose connection ends does not open another one.
        stopping.store(true, ordering: .sequentiallyConsistent)
        for channel in openChannels { channel.pipeline.fireUserInboundEventTriggered(Connection.Stop()) }
        let deadline = ContinuousClock.now + .seconds(options.stopTimeout)
        while !openChannels.isEmpty, ContinuousClock.now < deadline { usleep(10_000) }
        for channel in openChannels { channel.close(promise: nil) }
        endpoints.batcher.stop()
        try? group.syncShutdownGracefully()
        state.withLock { $0.isStopped = true }
        isStopped.broadcast()
    }

    /// Lets the system drop attempts to connect, and waits until those connections are accepted that the system has made already. If it closed
    /// the listener with some of them waiting, their clients would lose requests that they have sent.
    private func refuseConnections(_ listener: any Channel) {
        guard let socket = listener as? any SocketOptionProvider else { return }
        // A filter of one instruction, which returns 0: the bytes of a packet that are kept.
        struct Program: @unchecked Sendable {
            let count: UInt16
            let instructions: UnsafePointer<UInt64>
        }
        let instruction = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
        instruction.initialize(to: UInt64(littleEndian: 0x06))
        defer { instruction.deallocate() }
        let program = Program(count: 1, instructions: instruction)
        let isSet: ()? = try? socket.unsafeSetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_ATTACH_FILTER), value: program
        ).wait()
        if isSet != nil { usleep(100_000) }
    }

    private var openChannels: [any Channel] { state.withLock { Array($0.connections.values) } }

    /// Returns when the server has stopped.
    package func wait() { state.withLock(once: isStopped, { $0.isStopped }) { _ in } }
}
