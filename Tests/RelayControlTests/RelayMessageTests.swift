import MediaRelay
import RelayControl
import TandemKit
import Testing
import Timing
import Wire

@Suite struct RelayMessageTests {
    private static var commands: [RelayCommand] {
        var options = RelayOptions()
        options.towards = "wan"
        options.from = "é"
        options.latching = .any
        options.signallingAddress = IPAddress("2001:db8::1")
        options.passes = ["video", "image"]
        return [
            .offer(session: "call 1", from: "a", description: Array("v=0".utf8), options),
            .answer(session: "é", from: "b", description: [], RelayOptions()), .rollback(session: "x"),
            .delete(session: ""), .query(session: "x"), .adopt(session: "x"), .list(thread: 3),
            .list(thread: 0, part: 2, of: 7), .status(thread: 1),
            .drain(thread: 0, isDraining: true),
        ]
    }

    private static var status: RelayStatus {
        var status = RelayStatus()
        (status.thread, status.threads, status.process, status.uptime) = (1, 2, 4_711, 123_456_789_012)
        status.isDraining = true
        status.sessions = 7
        status.interfaces = [.init(name: "wan", pairsInUse: 14, pairsFree: 3)]
        status.traffic.packets = 1
        status.traffic.bytes = 2
        status.traffic.foreign = 3
        status.traffic.malformed = 4
        status.traffic.unsent = 5
        (status.control.connections, status.control.refused, status.control.unreadable) = (6, 7, 8)
        (status.control.slow, status.control.overloaded) = (9, 10)
        return status
    }

    private static var messages: [RelayMessage] {
        [
            .reply(number: 7, .done), .reply(number: 8, .description([1, 2])),
            .reply(number: 9, .sessions(["a", "b"])),
            .reply(number: 10, .refused("no")), .reply(number: 11, .figures([])),
            .reply(number: 12, .status(status)),
            .event(RelayEvent(session: "s", .silent, party: 1, media: 2, isControl: true)),
            .event(RelayEvent(session: "s", .abandoned)),
        ]
    }

    @Test("commands survive the wire", arguments: commands)
    func command(_ command: RelayCommand) throws {
        let bytes = command.message(number: 0xDEAD_BEEF)
        let read = try bytes.withUnsafeBytes { try RelayCommand.read($0) }
        #expect(read.number == 0xDEAD_BEEF)
        #expect(read.command == command)
    }

    @Test("replies and events survive the wire", arguments: messages)
    func message(_ message: RelayMessage) throws {
        let read = try message.bytes.withUnsafeBytes { try RelayMessage($0) }
        #expect(read == message)
    }

    @Test("a message cut anywhere, with bytes too many or bytes changed is an error or another message, never a trap")
    func damaged() {
        for command in Self.commands { damage(command.message(number: 1)) { _ = try RelayCommand.read($0) } }
        for message in Self.messages { damage(message.bytes) { _ = try RelayMessage($0) } }
    }

    private func damage(_ message: [UInt8], _ read: (UnsafeRawBufferPointer) throws -> Void) {
        for count in 0..<message.count {
            #expect(throws: WireError.self) { try message[..<count].withUnsafeBytes(read) }
        }
        #expect(throws: WireError.self) { try (message + [0]).withUnsafeBytes(read) }
        for index in message.indices {
            for byte in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var changed = message
                changed[index] = byte
                _ = try? changed.withUnsafeBytes(read)
            }
        }
    }
}
