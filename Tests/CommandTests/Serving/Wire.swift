import Foundation
import Testing

/// A connection to a server on this machine, on which a test may send anything.
final class Wire {
    private let descriptor: Int32
    private var received = Data()

    init(_ port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        if result != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    static func request(_ method: String, _ path: String, _ body: String? = nil, _ fields: [String] = []) -> Data {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + fields
        if let body {
            lines.append("Content-Length: \(body.utf8.count)")
            if !fields.contains(where: { $0.lowercased().hasPrefix("content-type") }) { lines.append("Content-Type: application/json") }
        }
        return Data((lines + ["", body ?? ""]).joined(separator: "\r\n").utf8)
    }

    /// Sends as much as the server takes: one that refuses a request may close.
    func send(_ bytes: Data) throws {
        bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = Glibc.send(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if sent <= 0 { return }
                rest = rest.dropFirst(sent)
            }
        }
    }

    func send(_ text: String) throws { try send(Data(text.utf8)) }

    /// Tells the server that nothing more is sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next whole answer; nil if the server closes the connection instead.
    func reply(isToHead: Bool = false) throws -> Reply? {
        while true {
            if let end = received.range(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var fields: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
                let length = isToHead ? 0 : Int(fields["content-length"] ?? "0") ?? 0
                let rest = received[end.upperBound...]
                if rest.count >= length {
                    let body = Data(rest.prefix(length))
                    received = Data(rest.dropFirst(length))
                    return Reply(status: Int(lines[0].split(separator: " ")[1]) ?? 0, fields: fields, body: body)
                }
            }
            guard try receive() else { return nil }
        }
    }

    /// False at the end of what the server sends.
    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { throw POSIXError(.ETIMEDOUT) }
        received.append(contentsOf: buffer.prefix(max(count, 0)))
        return count > 0
    }
}
