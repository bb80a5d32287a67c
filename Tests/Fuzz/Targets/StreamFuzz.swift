import SIPTransport
import TandemKit

/// The frames of a stream don't depend on how it was cut, and none is larger than it may be.
enum StreamFuzz {
    private enum Item: Equatable {
        case message([UInt8])
        case keepAlive
        case refusal(UInt16)
    }

    private static let messageLimit = 600
    private static let headLimit = 300

    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        var input = FuzzInput(bytes)
        let step = Int(input.byte() & 63) + 1
        let stream = input.rest()
        let whole = frames(stream, cuts: { _ in stream.count })
        guard whole == frames(stream, cuts: { _ in step }) else { return "cut into \(step) the frames differ" }
        guard whole == frames(stream, cuts: { 1 + ($0 &* 7 &+ step) % 40 }) else {
            return "cut unevenly the frames differ"
        }
        var message = SIPMessage()
        for case .message(let bytes) in whole {
            guard bytes.count <= messageLimit else { return "a message of \(bytes.count) bytes" }
            bytes.withUnsafeBytes { _ = try? message.receive($0) }
        }
        return nil
    }

    private static func frames(_ stream: [UInt8], cuts: (Int) -> Int) -> [Item] {
        var framer = StreamFramer(messageLimit: messageLimit, headLimit: headLimit)
        var items: [Item] = []
        var position = 0
        while position < stream.count {
            let end = min(stream.count, position + max(1, cuts(position)))
            // Memory of its own, so that reading what is gone is seen.
            let read = UnsafeMutableRawBufferPointer.allocate(byteCount: end - position, alignment: 1)
            read.copyBytes(from: stream[position..<end])
            framer.feed(UnsafeRawBufferPointer(read))
            do throws(FramingError) {
                while let frame = try framer.next() {
                    switch frame {
                    case .message(let message): items.append(.message(Array(message)))
                    case .keepAlive: items.append(.keepAlive)
                    }
                }
            } catch {
                items.append(.refusal(error.status))
            }
            framer.keepRest()
            read.deallocate()
            position = end
        }
        return items
    }
}
