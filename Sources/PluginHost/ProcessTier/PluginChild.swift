import CLinux
import Dispatch
import Foundation
import Glibc
import TandemKit

/// The whole of a plugin's process: loads one build, makes the instances that it is told, and answers hooks over shared
/// memory until its daemon ends.
public enum PluginChild {
    /// The name of the hidden subcommand that runs it.
    public static let subcommand = "plugin-process"

    /// Seconds after which a process ends itself that has not made its instances: its daemon waits for less.
    private static let lifetimeAtStart: UInt32 = 60

    /// The descriptors that the process inherits.
    enum Inherited {
        static let memory: Int32 = 3
        static let talk: Int32 = 4
        static let service: Int32 = 5

        /// The ends of a lane's pipes.
        static func lane(_ index: Int) -> LaneEnd {
            LaneEnd(hears: service + 1 + 2 * Int32(index), says: service + 2 + 2 * Int32(index))
        }
    }

    /// What the daemon says first.
    struct Order: Codable {
        /// The build.
        var path: String
        /// Lanes of the shared memory.
        var lanes: Int
        /// Most bytes of memory the process may have for itself.
        var memoryLimit: Int
        /// The instances, in the order of their numbers.
        var instances: [Instance]
        /// What is so when it starts.
        var news: ServiceNews

        struct Instance: Codable {
            var name: String
            var plugin: String
            var settings: SettingsValue
        }
    }

    /// What the process replies when it serves, or why it doesn't.
    struct Reply: Codable {
        var instances: [RemoteInstanceFacts] = []
        /// What is wrong with the settings of the instance of this number.
        var refused: Int?
        var settingsErrors: SettingsErrors?
        var problem: String?
    }

    /// Runs the process.
    public static func run() -> Never {
        signal(SIGPIPE, SIG_IGN)
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        guard let order: Order = Talk.receive(from: Inherited.talk) else { _exit(70) }
        var memory = rlimit(rlim_cur: UInt(order.memoryLimit), rlim_max: UInt(order.memoryLimit))
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
        var reply = Reply()
        let figures = order.instances.count * MetricBook.limit
        let ends = (0..<order.lanes).map(Inherited.lane)
        guard let shared = try? HookMemory(inherited: Inherited.memory, lanes: ends, figures: figures) else {
            _exit(71)
        }
        let line = ServiceLine(Inherited.service, memory: shared, news: order.news)
        // A file that hangs here hears nothing of its daemon's end.
        alarm(lifetimeAtStart)
        guard let instances = make(order, line, &reply) else {
            _ = Talk.send(reply, to: Inherited.talk)
            _exit(71)
        }
        alarm(0)
        let server = HookServer(instances: instances)
        for lane in shared.lanes { serve(lane, server) }
        guard Talk.send(reply, to: Inherited.talk) else { _exit(74) }
        // Then come news, and at last the daemon's end. (The kernel's signal would come when the thread that has started
        // this process ends.)
        while let news: ServiceNews = Talk.receive(from: Inherited.talk) { line.take(news) }
        withExtendedLifetime(shared) {}
        _exit(0)
    }

    private static func serve(_ lane: HookLane, _ server: HookServer) {
        let thread = Thread { lane.serve(server.respond) }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private static func make(_ order: Order, _ line: ServiceLine, _ reply: inout Reply) -> [PluginInstance]? {
        let image: PluginImage
        do throws(PluginImage.LinkError) { image = try PluginImage(path: order.path) } catch {
            reply.problem = "is refused by the dynamic linker (\(error.text))"
            return nil
        }
        let descriptors = image.collect().descriptors
        var instances: [PluginInstance] = []
        for (index, wanted) in order.instances.enumerated() {
            guard let descriptor = descriptors.first(where: { $0.name == wanted.plugin }) else {
                reply.problem = "has no plugin \(wanted.plugin)"
                return nil
            }
            do throws(PluginRefusal) {
                let host = ChildServices(index, wanted.name, line: line)
                let instance = try descriptor.make(
                    named: wanted.name, settings: wanted.settings,
                    services: PluginServices(instance: wanted.name, host: host))
                instances.append(instance)
                reply.instances.append(RemoteInstanceFacts(of: instance))
            } catch {
                reply.refused = index
                if case .settings(let errors) = error { reply.settingsErrors = errors }
                reply.problem = error.description
                return nil
            }
        }
        return instances
    }
}

/// Messages over a socket pair: a length, then JSON.
enum Talk {
    private static let limit = 16 << 20

    static func send(_ value: some Encodable, to descriptor: Int32) -> Bool {
        guard let text = try? JSONEncoder().encode(value) else { return false }
        var length = UInt32(text.count).bigEndian
        return withUnsafeBytes(of: &length) { write($0, to: descriptor) }
            && text.withUnsafeBytes { write($0, to: descriptor) }
    }

    /// Waits for a message; nil when the other end has gone, or the whole of it is not there within so many seconds (for
    /// ever when nil).
    static func receive<Value: Decodable>(
        _: Value.Type = Value.self, from descriptor: Int32, within seconds: Int? = nil
    ) -> Value? {
        let deadline = seconds.map { DispatchTime.now() + .seconds($0) }
        guard let head = read(4, from: descriptor, until: deadline) else { return nil }
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        guard count <= limit, let body = read(count, from: descriptor, until: deadline) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(body))
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var place = 0
        while place < bytes.count {
            let count = Glibc.send(descriptor, bytes.baseAddress! + place, bytes.count - place, Int32(MSG_NOSIGNAL))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            place += count
        }
        return true
    }

    private static func read(_ count: Int, from descriptor: Int32, until deadline: DispatchTime?) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var place = 0
        while place < count {
            if let deadline {
                let now = DispatchTime.now()
                guard now < deadline else { return nil }
                let left = Int64(deadline.uptimeNanoseconds - now.uptimeNanoseconds)
                guard clinux_wait_readable(descriptor, left) != 0 else { return nil }
            }
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + place, count - place, 0) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            place += got
        }
        return bytes
    }
}
