import Sockets
import TandemKit
import Testing

@testable import SIPTransport

/// The queues of what the kernel doesn't take yet, in classes: `#expect` can't call a mutating function of a
/// noncopyable value.
struct SendQueueTests {
    final class Datagrams {
        private var queue = DatagramQueue(countLimit: 3, byteLimit: 10)

        var isEmpty: Bool { queue.isEmpty }

        func append(_ text: String, port: UInt16 = 1) -> Bool {
            let address = SocketAddress(Endpoint(address: TransportBed.loopback, port: port))
            return Array(text.utf8).withUnsafeBytes { queue.append($0, to: address) }
        }

        /// Sends until `room` datagrams have left; what left, with its port.
        func flush(room: Int) -> [String] {
            var sent: [String] = []
            queue.flush { datagram, address in
                guard sent.count < room else { return false }
                sent.append("\(String(decoding: datagram, as: UTF8.self)) \(address.endpoint?.port ?? 0)")
                return true
            }
            return sent
        }
    }

    final class Stream {
        private var queue: WriteQueue

        var count: Int { queue.count }

        init(limit: Int) { queue = WriteQueue(limit: limit) }

        func append(_ text: String) { Array(text.utf8).withUnsafeBytes { queue.append($0) } }
        func hasRoom(for count: Int) -> Bool { queue.hasRoom(for: count) }

        /// Takes up to `count` bytes off the front.
        func take(_ count: Int) -> String {
            let taken = String(decoding: queue.waiting.prefix(count), as: UTF8.self)
            queue.removeFirst(taken.utf8.count)
            return taken
        }
    }

    @Test("Datagrams leave in order, each to its peer, as the kernel has room")
    func datagramOrder() {
        let datagrams = Datagrams()
        #expect(datagrams.append("a", port: 1) && datagrams.append("bb", port: 2) && datagrams.append("", port: 3))
        #expect(datagrams.flush(room: 1) == ["a 1"])
        #expect(!datagrams.isEmpty)
        #expect(datagrams.flush(room: 9) == ["bb 2", " 3"])
        #expect(datagrams.isEmpty)
    }

    @Test("Datagrams beyond a bound are refused until the queue has run empty")
    func datagramBounds() {
        let datagrams = Datagrams()
        #expect(datagrams.append("123456"))
        #expect(!datagrams.append("12345"))
        #expect(datagrams.append("1234") && datagrams.append(""))
        #expect(!datagrams.append(""))
        #expect(datagrams.flush(room: 2).count == 2)
        #expect(!datagrams.append(""))
        #expect(datagrams.flush(room: 9).count == 1)
        #expect(datagrams.append("1234567890"))
    }

    @Test("A stream's bytes leave in order, however they come and go", arguments: 1...20 as ClosedRange<UInt64>)
    func streamOrder(seed: UInt64) {
        var random = SplitMix(state: seed)
        let stream = Stream(limit: 9_000)
        var expected = ""
        var taken = ""
        for number in 0..<2_000 {
            let text = String(repeating: "\(number),", count: Int(random.next() % 200))
            if stream.hasRoom(for: text.utf8.count) {
                stream.append(text)
                expected += text
            }
            if random.next() % 3 > 0 { taken += stream.take(Int(random.next() % 1_500)) }
            #expect(stream.count == expected.utf8.count - taken.utf8.count)
        }
        #expect(taken + stream.take(.max) == expected)
        #expect(stream.count == 0)
    }

    @Test("A stream's queue has room up to its bound")
    func streamBound() {
        let stream = Stream(limit: 10)
        stream.append("1234567")
        #expect(stream.hasRoom(for: 3) && !stream.hasRoom(for: 4))
        _ = stream.take(2)
        #expect(stream.hasRoom(for: 5) && !stream.hasRoom(for: 6))
    }
}
