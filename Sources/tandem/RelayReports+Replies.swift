import Admin
import MediaRelay
import RelayControl

extension RelayStatusReport {
    /// Sums the threads up.
    init(_ threads: [RelayStatus]) {
        self.init()
        guard let first = threads.first else { return }
        process = Int(first.process)
        uptime = Double(first.uptime) / 1_000
        self.threads = first.threads
        isDraining = threads.contains(where: \.isDraining)
        sessions = threads.reduce(0) { $0 + Int($1.sessions) }
        interfaces = first.interfaces.indices.map { index in
            let all = threads.compactMap { index < $0.interfaces.count ? $0.interfaces[index] : nil }
            return Interface(
                name: first.interfaces[index].name, pairsInUse: all.reduce(0) { $0 + Int($1.pairsInUse) },
                pairsFree: all.map { Int($0.pairsFree) }.min() ?? 0)
        }
        var traffic = MediaTraffic()
        for thread in threads { traffic.add(thread.traffic) }
        let control = first.control
        counters = [
            "packets": traffic.packets, "bytes": traffic.bytes, "packets-foreign": traffic.foreign,
            "packets-malformed": traffic.malformed, "packets-unsent": traffic.unsent,
            "connections": UInt64(control.connections), "connections-refused": control.refused,
            "connections-unreadable": control.unreadable, "connections-slow": control.slow,
            "commands-overloaded": control.overloaded,
        ]
    }
}
