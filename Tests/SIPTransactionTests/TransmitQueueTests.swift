import TandemKit
import Testing

@testable import SIPTransaction

@Suite struct TransmitQueueTests {
    @Test("messages come out as they went in, in order, while the arena grows")
    func order() {
        let queue = TransmitQueue()
        for round in 0..<3 {
            for number in 0..<2000 {
                let room = queue.reserve(200)!
                let text = "\(number)"
                for (index, byte) in text.utf8.enumerated() { room[index] = byte }
                queue.commit(text.utf8.count, to: LayerBench.udp, kind: .first, transaction: UInt64(number))
            }
            #expect(queue.count == 2000)
            for number in 0..<2000 {
                #expect(queue.bytes(of: queue[number]).string == "\(number)" && queue[number].transaction == number)
            }
            queue.removeAll()
            #expect(queue.isEmpty && queue.byteCount == 0, "round \(round)")
        }
    }

    @Test("room that is not committed leaves no message")
    func abandonedRoom() {
        let queue = TransmitQueue()
        _ = queue.reserve(100)
        #expect(queue.append(Bytes("second"), to: LayerBench.udp, kind: .stateless))
        #expect(queue.count == 1 && queue.bytes(of: queue[0]).string == "second")
    }

    @Test("beyond a limit messages are dropped and counted")
    func limits() {
        let queue = TransmitQueue(byteLimit: 10, countLimit: 3)
        #expect(queue.append(Bytes("12345"), to: LayerBench.udp, kind: .first))
        #expect(!queue.isHalfFull)
        #expect(!queue.append(Bytes("123456"), to: LayerBench.udp, kind: .first))
        #expect(queue.append(Bytes("1"), to: LayerBench.udp, kind: .first))
        #expect(queue.isHalfFull)
        #expect(queue.append(Bytes("1"), to: LayerBench.udp, kind: .first))
        #expect(!queue.append(Bytes("1"), to: LayerBench.udp, kind: .first))
        #expect(queue.count == 3 && queue.droppedCount == 2)
    }
}
