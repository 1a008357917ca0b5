import ArgumentParser
import TenorServing

/// How much a server accepts.
struct ServingLimits: ParsableArguments {
    @Option(help: ArgumentHelp("The texts of a request; one with more is refused (413).", valueName: "n"))
    var maxBatch = 32

    @Option(help: ArgumentHelp("The texts that wait for a processor; a request beyond is refused (429).", valueName: "n"))
    var maxWaiting = 512

    @Option(help: ArgumentHelp("The bytes of a request's body; a larger one is refused (413).", valueName: "n"))
    var maxBody = 2_000_000

    @Option(help: ArgumentHelp("The connections at a time; one more is told to come back later (503).", valueName: "n"))
    var maxConnections = 1024

    @Option(
        help: ArgumentHelp(
            "How long a text waits for others to be computed with where a processor is free, in milliseconds.", valueName: "ms"))
    var batchWait = 0

    @Option(help: ArgumentHelp("The seconds in which a request must arrive and its answer must be taken.", valueName: "s"))
    var requestTimeout = 30

    @Option(help: ArgumentHelp("The seconds that a connection is kept without a request.", valueName: "s"))
    var idleTimeout = 75

    func validate() throws {
        for (name, value, range) in [
            ("max-batch", maxBatch, 1...100_000), ("max-waiting", maxWaiting, 1...1_000_000), ("max-body", maxBody, 1...1_000_000_000),
            ("max-connections", maxConnections, 1...1_000_000), ("batch-wait", batchWait, 0...10_000),
            ("request-timeout", requestTimeout, 1...3600), ("idle-timeout", idleTimeout, 1...86_400),
        ] where !range.contains(value) {
            throw ValidationError("--\(name) is \(value), it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        if maxBatch > maxWaiting {
            throw ValidationError("--max-batch is \(maxBatch), it must be at most --max-waiting, which is \(maxWaiting)")
        }
    }

    var options: ServerOptions {
        var options = ServerOptions()
        (options.mostTexts, options.mostWaiting, options.mostBodyBytes) = (maxBatch, maxWaiting, maxBody)
        options.mostBytes = max(options.mostBytes, 4 * maxBody)
        (options.mostConnections, options.batchWait) = (maxConnections, batchWait)
        (options.requestTimeout, options.idleTimeout) = (requestTimeout, idleTimeout)
        return options
    }
}
