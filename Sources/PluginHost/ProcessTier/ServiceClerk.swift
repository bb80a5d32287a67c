import CLinux
import Foundation
import Glibc
import TandemKit
import Wire

/// Does in the daemon what one life of a plugin's process asks for, until the process ends: on a thread of its own, which waits
/// for nothing else.
final class ServiceClerk: @unchecked Sendable {  // its own thread's alone
    private let session: PluginSession
    private let instances: [InstanceServices]
    /// The metrics of each instance, and their places in the shared memory.
    private var figures: [[String: (place: Int, figures: Figures)]]
    private var placeCount = 0

    init(session: PluginSession, instances: [InstanceServices]) {
        self.session = session
        self.instances = instances
        figures = Array(repeating: [:], count: instances.count)
    }

    /// Begins to serve.
    func start() {
        let thread = Thread { self.serve() }
        thread.stackSize = 256 << 10
        thread.name = "services"
        thread.start()
    }

    private func serve() {
        var buffer = [UInt8](repeating: 0, count: ServiceRequest.byteLimit)
        while true {
            let count = recv(session.service, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let answered = buffer.withUnsafeBytes { answer(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            // No process of this version asks what makes no sense, or leaves replies lying.
            guard answered else {
                session.note("what it asks the daemon for makes no sense")
                session.kill()
                break
            }
        }
        for (instance, own) in zip(instances, figures) { instance.metrics.detach(own.mapValues(\.figures)) }
    }

    private func answer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let (number, index, request) = try? ServiceRequest.read(bytes), instances.indices.contains(index) else {
            return false
        }
        let reply: ServiceReply
        do throws(ServiceError) {
            guard let made = try self.reply(to: request, index) else { return true }
            reply = made
        } catch { reply = .refused(error) }
        let bytes = reply.bytes(number: number)
        return send(session.service, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            == bytes.count
    }

    private func reply(to request: ServiceRequest, _ index: Int) throws(ServiceError) -> ServiceReply? {
        let instance = instances[index]
        switch request {
        case .log(let level, let text, let call):
            instance.log(level, text, call: call)
            return nil
        case .metric(let name, let kind, let help): return .place(try place(name, kind, help, index))
        case .value(let key): return .value(try instance.value(for: key))
        case .set(let key, let value, let duration):
            try instance.set(value, for: key, expiresAfter: duration)
            return .done
        case .add(let key, let amount, let duration):
            return .number(try instance.add(amount, to: key, expiresAfter: duration))
        case .remove(let key): return .flag(try instance.remove(key))
        }
    }

    private func place(_ name: String, _ kind: MetricKind, _ help: String, _ index: Int) throws(ServiceError) -> Int {
        _ = try instances[index].figures(name, kind, help)
        if let known = figures[index][name] { return known.place }
        guard placeCount < session.memory.figureCount else { throw ServiceError(.full, "there is no room for \(name)") }
        let made = session.memory.figures(kind, at: placeCount)
        figures[index][name] = (placeCount, made)
        instances[index].metrics.attach(made, to: name)
        placeCount += 1
        return placeCount - 1
    }
}
