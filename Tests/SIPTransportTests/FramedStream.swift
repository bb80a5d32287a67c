@testable import SIPTransport

/// A framer with what it has framed, as values.
final class FramedStream {
    enum Item: Equatable {
        case message(String)
        case keepAlive
        case error(FramingError, head: String)
    }

    var framer: StreamFramer
    private(set) var items: [Item] = []

    init(
        messageLimit: Int = StreamFramer.defaultMessageLimit, headLimit: Int = StreamFramer.defaultHeadLimit
    ) {
        framer = StreamFramer(messageLimit: messageLimit, headLimit: headLimit)
    }

    /// What a stream is cut into that comes in these reads.
    static func frames(
        of reads: [String], messageLimit: Int = StreamFramer.defaultMessageLimit,
        headLimit: Int = StreamFramer.defaultHeadLimit
    ) -> [Item] {
        let stream = FramedStream(messageLimit: messageLimit, headLimit: headLimit)
        for read in reads { stream.feed(read) }
        return stream.items
    }

    func feed(_ text: String) { feed(Array(text.utf8)) }

    /// Feeds one read, from memory that is gone afterwards.
    func feed(_ bytes: [UInt8]) {
        let read = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        read.copyBytes(from: bytes)
        framer.feed(UnsafeRawBufferPointer(read))
        do throws(FramingError) {
            while let frame = try framer.next() {
                switch frame {
                case .message(let message): items.append(.message(String(decoding: message, as: UTF8.self)))
                case .keepAlive: items.append(.keepAlive)
                }
            }
        } catch {
            items.append(.error(error, head: String(decoding: framer.refusedHead, as: UTF8.self)))
        }
        framer.keepRest()
        read.initializeMemory(as: UInt8.self, repeating: 0xEE)
        read.deallocate()
    }
}
