import Glibc

/// Tells whoever started this process how it is, by the `sd_notify` protocol: our supervisor when there is one, else the
/// service manager, by datagrams to the socket named in `NOTIFY_SOCKET`. Without either it does nothing. Used off the
/// call path.
public struct ServiceNotifier: Sendable {
    private let path: String?
    private let supervisor: SupervisorLink?

    /// Takes the addressee from the environment.
    public init() {
        supervisor = SupervisorLink.ofThisProcess
        path = supervisor == nil ? getenv("NOTIFY_SOCKET").map { String(cString: $0) } : nil
    }

    /// The process serves.
    public func ready(status: String) { send("READY=1\nSTATUS=\(status)\n") }

    /// What the process does now.
    public func status(_ text: String) { send("STATUS=\(text)\n") }

    /// The process has begun to stop.
    public func stopping() { send("STOPPING=1\n") }

    private func send(_ text: String) {
        if let supervisor { return supervisor.send(text) }
        guard let path, !path.isEmpty else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if name.first == UInt8(ascii: "@") { name[0] = 0 }  // the abstract namespace
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
