import CLinux
import Glibc
import Synchronization
import TandemKit
import Wire

/// The way from a plugin's process to the daemon's services. From any thread of the process.
final class ServiceLine: Sendable {
    private struct State {
        var level: PluginLog.Level
        var facts: ExchangeFacts
    }

    let memory: HookMemory
    let clock = ServiceClock.machine()
    private let descriptor: Int32
    private let state: Mutex<State>
    /// The number of the last request; held while one is under way.
    private let turn = Mutex<UInt32>(0)

    /// Most seconds that a request waits for its reply: the daemon needs microseconds.
    private static let patience = 2

    init(_ descriptor: Int32, memory: HookMemory, news: ServiceNews) {
        self.descriptor = descriptor
        self.memory = memory
        state = Mutex(State(level: news.level, facts: news.exchange ?? ExchangeFacts()))
        var wait = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    var level: PluginLog.Level { state.withLock { $0.level } }
    var facts: ExchangeFacts { state.withLock { $0.facts } }

    /// The daemon says what is so now.
    func take(_ news: ServiceNews) {
        state.withLock { state in
            state.level = news.level
            if let facts = news.exchange { state.facts = facts }
        }
    }

    /// Hands over what needs no reply; false when the daemon is behind.
    func tell(_ request: ServiceRequest, of instance: Int) -> Bool {
        let bytes = request.bytes(number: 0, instance: instance)
        return send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Asks, and waits for the reply. One request at a time is under way.
    func ask(_ request: ServiceRequest, of instance: Int) throws(ServiceError) -> ServiceReply {
        let reply = turn.withLock { number in
            number &+= 1
            return exchange(request.bytes(number: number, instance: instance), number)
        }
        guard let reply else { throw ServiceError(.unavailable, "the daemon gives no answer") }
        if case .refused(let error) = reply { throw error }
        return reply
    }

    private func exchange(_ bytes: [UInt8], _ number: UInt32) -> ServiceReply? {
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: ServiceRequest.byteLimit, alignment: 8) { buffer in
            while true {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return nil }
                let answer = try? ServiceReply.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                // A reply that came too late for its request is another's.
                if let answer, answer.number == number { return answer.reply }
            }
        }
    }
}
