/// The bounds of the control socket. Whoever exceeds one is told so and loses the connection.
public struct AdminLimits: Hashable, Sendable {
    /// Connections at once; a further one is told and closed.
    public var clients: Int
    /// Bytes of one request line.
    public var requestBytes: Int
    /// Bytes of one answer line, for the client too.
    public var answerBytes: Int
    /// Milliseconds that a connection may stay without a whole request, or without taking its answer.
    public var idleMilliseconds: Int

    /// 16 connections, 16 KiB requests, 64 MiB answers, 30 s.
    public init(
        clients: Int = 16, requestBytes: Int = 16 << 10, answerBytes: Int = 64 << 20, idleMilliseconds: Int = 30_000
    ) {
        self.clients = clients
        self.requestBytes = requestBytes
        self.answerBytes = answerBytes
        self.idleMilliseconds = idleMilliseconds
    }
}
