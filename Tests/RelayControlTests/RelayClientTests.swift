import MediaRelay
import RelayControl
import Testing
import Timing

@Suite struct RelayClientTests {
    private func time(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: UInt64((100 + seconds) * 1e9)) }

    private func number(of message: [UInt8]) throws -> UInt32 {
        try message.withUnsafeBytes { try RelayCommand.read($0) }.number
    }

    /// Sends a command and gives its number.
    private func send(_ client: inout RelayClient, _ command: RelayCommand, _ token: Int, at now: Double) throws
        -> UInt32
    {
        let message = client.send(command, token: UInt64(token), now: time(now))
        return try number(of: #require(message))
    }

    private func connected() -> RelayClient {
        var client = RelayClient()
        client.connected()
        return client
    }

    private func receive(_ client: inout RelayClient, _ message: RelayMessage) throws -> RelayClient.Notice? {
        try message.bytes.withUnsafeBytes { try client.receive($0) }
    }

    @Test("without a connection nothing is sent")
    func unconnected() {
        var client = RelayClient()
        #expect(client.send(.list(thread: 0), token: 1, now: time(0)) == nil)
    }

    @Test("each reply ends its own command, in any order, once")
    func replies() throws {
        var client = connected()
        let first = try send(&client, .query(session: "1"), 1, at: 0)
        let second = try send(&client, .query(session: "2"), 2, at: 0)
        #expect(try receive(&client, .reply(number: second, .done)) == .ended(token: 2, .reply(.done)))
        #expect(try receive(&client, .reply(number: second, .done)) == nil)
        #expect(try receive(&client, .reply(number: first, .refused("x"))) == .ended(token: 1, .reply(.refused("x"))))
        #expect(client.pendingCount == 0)
        #expect(client.nextDeadline == nil)
    }

    @Test("a command without reply ends when its time is over; a late reply is ignored")
    func late() throws {
        var client = connected()
        let late = try send(&client, .query(session: "1"), 1, at: 0)
        _ = client.send(.query(session: "2"), token: 2, now: time(1))
        #expect(client.nextDeadline == time(2))
        #expect(client.expire(now: time(1.9)).isEmpty)
        #expect(client.expire(now: time(2)) == [.ended(token: 1, .lost)])
        #expect(try receive(&client, .reply(number: late, .done)) == nil)
        #expect(client.nextDeadline == time(3))
    }

    @Test("the connection's end ends all commands, in their order")
    func disconnection() throws {
        var client = connected()
        for token in 1...3 { _ = client.send(.list(thread: 0), token: UInt64(token), now: time(0)) }
        #expect(client.disconnected() == (1...3).map { .ended(token: $0, .lost) })
        #expect(client.disconnected().isEmpty)
        #expect(client.send(.list(thread: 0), token: 9, now: time(0)) == nil)
    }

    @Test("100,000 answered commands leave nothing behind")
    func nothingLeft() throws {
        var client = connected()
        for token in 0..<100_000 {
            let asked = try send(&client, .list(thread: 0), token, at: 0)
            _ = try receive(&client, .reply(number: asked, .done))
        }
        #expect(client.pendingCount == 0)
        #expect(client.expire(now: time(100)).isEmpty)
    }
}
