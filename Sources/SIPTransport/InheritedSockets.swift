import Glibc
import Sockets
public import TandemKit

/// Listening sockets that a process leaves to the program that it becomes next (`execve`): what arrives meanwhile waits in
/// the kernel's buffers, and nobody is told that the port is closed. Used before the shards run.
public struct InheritedSockets: ~Copyable {
    /// The variable that names the process and the descriptors: `1234 7 8 9`.
    static let variable = "TANDEM_SOCKETS"

    private var sockets: [InheritedSocket] = []

    /// Takes what the program before has left; nothing when there was none. It isn't left to children.
    public init() {
        guard let text = getenv(Self.variable) else { return }
        let numbers = String(cString: text).split(separator: " ").compactMap { Int32($0) }
        unsetenv(Self.variable)
        guard numbers.first == getpid() else { return }
        for descriptor in numbers.dropFirst() {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, let socket = InheritedSocket(descriptor) else {
                continue
            }
            sockets.append(socket)
        }
    }

    /// Closes what nobody has taken.
    deinit { for socket in sockets { close(socket.descriptor) } }

    /// Leaves sockets to the next program, in an order that says which shard each is of.
    public static func bequeath(_ sockets: [ListeningSocket]) {
        for socket in sockets { _ = fcntl(socket.descriptor, F_SETFD, 0) }
        setenv(variable, ([getpid()] + sockets.map(\.descriptor)).map { "\($0)" }.joined(separator: " "), 1)
    }

    /// The sockets of one listener, one per shard. Empty when there are none, or not as many: then they are closed.
    public mutating func take(
        _ transport: TransportProtocol, at endpoint: Endpoint, shards: Int
    ) -> [ListeningSocket] {
        let isWanted = { (socket: InheritedSocket) in
            socket.isDatagram == (transport == .udp) && socket.endpoint == endpoint
        }
        let found = sockets.filter(isWanted).map {
            ListeningSocket(taking: $0.descriptor, transport: transport, endpoint: endpoint)
        }
        sockets.removeAll(where: isWanted)
        return found.count == shards ? found : []
    }
}

/// A bound socket as the kernel knows it: what its bytes mean, the configuration says.
private struct InheritedSocket {
    let descriptor: Int32
    let endpoint: Endpoint
    let isDatagram: Bool

    /// Nil when it is no socket.
    init?(_ descriptor: Int32) {
        var address = SocketAddress()
        guard address.write({ getsockname(descriptor, $0, $1) }) == 0, let endpoint = address.endpoint else {
            return nil
        }
        self.descriptor = descriptor
        self.endpoint = endpoint
        isDatagram = SocketOption.get(descriptor, SOL_SOCKET, SO_TYPE) == Int(SOCK_DGRAM.rawValue)
    }
}
