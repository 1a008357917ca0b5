/// A server cannot begin.
package enum ServerError: Error, Equatable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, reason: String)
    case noThread

    package var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason): "\(host):\(port): nothing can be served there: \(reason)"
        case .noThread: "the system gives no thread to compute on"
        }
    }
}
