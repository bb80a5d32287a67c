import Foundation
import MediaRelay
import RelayControl
import RelayEngine
import TandemKit
import Testing
import Timing

@Suite(.serialized) struct CommandListenerTests {
    @Test("two connections at once have their own calls, on one thread and on several", arguments: [1, 3])
    func twoConnections(threads: Int) throws {
        var settings = RelaySettings()
        settings.sessionsPerThread = 4
        let relay = try RunningRelay(threads: threads, settings: settings)
        let connections = [try relay.connect(), try relay.connect()]
        for (number, connection) in connections.enumerated() {
            for call in 0..<8 { #expect(try Call("\(number)-\(call)", over: connection).isFlowing()) }
        }
        let sessions = try (0..<threads).map { try relay.status(thread: $0).sessions }
        #expect(sessions.reduce(0, +) == 16)
        #expect(threads == 1 || sessions.allSatisfy { $0 < 16 }, "the sessions are shared among the threads")
        var names: Set<String> = []
        for thread in 0..<threads {
            for part in 0..<3 {
                let reply = try connections[0].ask(.list(thread: thread, part: part, of: 3))
                guard case .sessions(let some) = reply else { throw RunningRelay.WrongReply() }
                #expect(names.isDisjoint(with: some))
                names.formUnion(some)
            }
        }
        #expect(names.count == 16)
    }

    @Test("a thread that the relay hasn't is refused with what it has")
    func noThread() throws {
        let relay = try RunningRelay(threads: 2)
        #expect(
            try relay.connect().ask(.status(thread: 2))
                == .refused("this relay has no thread 2: there are 2, from 0"))
    }

    @Test("messages of wrong types, cut, too long or random close their connection; calls and others go on")
    func unreadable() throws {
        let relay = try RunningRelay()
        let connection = try relay.connect()
        let call = try Call("call", over: connection)
        let query = RelayCommand.query(session: "call").message(number: 1)
        var messages = [
            [1], Array(query.dropLast()), query + [0], [0, 0, 0, 1, 77], Array(query[..<4]),
            [UInt8](repeating: 1, count: RelayCommand.messageByteLimit + 1),
            RelayMessage.reply(number: 1, .done).bytes,
        ]
        var random = SystemRandomNumberGenerator()
        for count in 1...100 { messages.append((0..<count).map { _ in UInt8.random(in: 10...255, using: &random) }) }
        for message in messages {
            let peer = try RawPeer(relay.path)
            peer.send(message)
            #expect(peer.isEnded, "\(message.prefix(32))")
        }
        #expect(try relay.status().control.unreadable == UInt64(messages.count))
        #expect(call.isFlowing())
        #expect(try connection.ask(.rollback(session: "call")) == .done)
    }

    @Test("who never reads is disconnected and counted; calls and others go on")
    func neverReads() throws {
        let relay = try RunningRelay()
        let connection = try relay.connect()
        let call = try Call("call", over: connection)
        let peer = try RawPeer(relay.path)
        let ask = RelayCommand.status(thread: 0).message(number: 1)
        var sent = 0
        while sent < 200_000, peer.send(ask) { sent += 1 }
        #expect((1_000..<200_000).contains(sent))
        #expect(try relay.status().control.slow == 1)
        #expect(call.isFlowing())
    }

    @Test("who reads late gets all replies, in order: what the socket doesn't take waits")
    func readsLate() throws {
        let relay = try RunningRelay()
        let peer = try RawPeer(relay.path)
        for number in 1...3_000 {
            #expect(peer.send(RelayCommand.rollback(session: "none").message(number: UInt32(number))))
        }
        for number in 1...3_000 {
            guard case .reply(UInt32(number), .refused) = try peer.receive() else {
                Issue.record("no reply \(number)")
                return
            }
        }
    }

    @Test("connections beyond the bound are closed at once; when others have ended there is room again")
    func tooMany() throws {
        let relay = try RunningRelay()
        var held = try (0..<128).map { _ in try relay.connect() }
        for connection in held { #expect(try connection.ask(.rollback(session: "x")) != .done) }
        #expect(try RawPeer(relay.path).isEnded)
        held.removeFirst(10)
        var isServed = false
        for _ in 0..<1_000 where !isServed { isServed = (try? relay.status()) != nil }
        #expect(isServed)
        #expect(try relay.status().control.refused >= 1)
    }

    @Test("a command for a thread that has too many waiting is refused with a sentence, not lost")
    func overloaded() throws {
        var settings = RelaySettings()
        settings.waitingCommands = 0
        let relay = try RunningRelay(threads: 2, settings: settings)
        let connection = try relay.connect()
        #expect(try connection.ask(.status(thread: 1)) == .refused("the relay is overloaded: try again"))
        #expect(try relay.status(thread: 0).control.overloaded == 1)
    }

    @Test("when a connection ends the media flow on, and another adopts the session with its ports")
    func adoption() throws {
        let relay = try RunningRelay(threads: 2)
        let first = try RawPeer(relay.path)
        let second = try relay.connect()
        let call = try Call("call", over: second)
        // The first connection takes the session over, then dies with it.
        first.send(RelayCommand.adopt(session: "call").message(number: 1))
        #expect(try first.receive() == .reply(number: 1, .done))
        #expect(call.isFlowing(1))
        first.end()
        #expect(call.isFlowing(2))
        #expect(try second.ask(.adopt(session: "call")) == .done)
        #expect(call.isFlowing(3))
        guard case .figures(let figures) = try second.ask(.delete(session: "call")) else {
            throw RunningRelay.WrongReply()
        }
        #expect(figures.map(\.packets) == [3, 3])
        #expect(Set(figures.map(\.port)) == [call.forCaller.port, call.forCallee.port])
    }

    @Test("a session whose owner was killed, without another to adopt it, is deleted when its time is over")
    func killed() throws {
        var settings = RelaySettings()
        settings.limits.ownerless = .seconds(1)
        let relay = try RunningRelay(settings: settings)
        let watcher = try relay.connect()
        let call = try Call("call", over: watcher)
        let owner = try RawPeer(relay.path)
        owner.send(RelayCommand.adopt(session: "call").message(number: 1))
        #expect(try owner.receive() == .reply(number: 1, .done))
        // The connection is now another process's, and that one is killed.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        process.standardInput = FileHandle(fileDescriptor: owner.descriptor, closeOnDealloc: false)
        try process.run()
        owner.end()
        #expect(try relay.status().sessions == 1)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(call.isFlowing())
        let deadline = Date(timeIntervalSinceNow: 10)
        while try relay.status().sessions > 0, Date() < deadline { usleep(50_000) }
        let status = try relay.status()
        #expect(status.sessions == 0)
        #expect(status.interfaces.map(\.pairsInUse) == [0, 0])
        #expect(status.traffic.packets == 2)
    }

    @Test("events reach the session's owner alone: first packet, silence, heard again")
    func events() throws {
        var settings = RelaySettings()
        settings.limits.silence = .seconds(2)
        let relay = try RunningRelay(threads: 2, settings: settings)
        let (owner, other) = (try relay.connect(), try RawPeer(relay.path))
        other.send(RelayCommand.query(session: "call").message(number: 1))
        guard case .reply(1, .refused) = try other.receive() else { throw RunningRelay.WrongReply() }
        let call = try Call("call", over: owner)
        #expect(call.isFlowing(1))
        var heard: [RelayEvent] = []
        func wait(for kind: RelayEvent.Kind, party: Int) throws {
            let event = RelayEvent(session: "call", kind, party: party)
            while !heard.contains(event) {
                guard case .event(let next) = try owner.receive() else { throw RunningRelay.WrongReply() }
                heard.append(next)
            }
        }
        try wait(for: .firstPacket, party: 1)
        try wait(for: .silent, party: 0)
        try wait(for: .silent, party: 1)
        #expect(call.isFlowing(2))
        try wait(for: .heardAgain, party: 0)
        try wait(for: .heardAgain, party: 1)
        #expect(heard.filter { $0.kind == .firstPacket }.count == 2)
        #expect(try other.receive(milliseconds: 0) == nil)
    }

    @Test("10,000 offers without an answer leave no session and no port")
    func unanswered() throws {
        let relay = try RunningRelay()
        let (connection, phone) = (try relay.connect(), try Phone(RunningRelay.address))
        for number in 0..<10_000 {
            _ = try connection.offer(phone, in: "\(number)")
            guard case .figures = try connection.ask(.delete(session: "\(number)")) else {
                throw RunningRelay.WrongReply()
            }
        }
        let status = try relay.status()
        #expect(status.sessions == 0)
        #expect(status.interfaces.map(\.pairsInUse) == [0, 0])
    }
}
