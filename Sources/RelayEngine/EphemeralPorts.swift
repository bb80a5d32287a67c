import Glibc

/// The ports that Linux gives to any program that asks for one without a number.
struct EphemeralPorts {
    private let range: ClosedRange<Int>
    private let reserved: String

    /// Reads what the kernel says in `ip_local_port_range` and `ip_local_reserved_ports`; nil when it isn't two numbers.
    init?(range: String, reserved: String) {
        let bounds = range.split(whereSeparator: \.isWhitespace).map { Int($0) }
        guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else { return nil }
        self.range = first...last
        self.reserved = String(reserved.filter { !$0.isWhitespace })
    }

    /// Those of this host; nil when the kernel doesn't say.
    static func ofHost() -> EphemeralPorts? {
        let folder = "/proc/sys/net/ipv4/"
        guard let range = text(of: folder + "ip_local_port_range") else { return nil }
        return EphemeralPorts(range: range, reserved: text(of: folder + "ip_local_reserved_ports") ?? "")
    }

    /// What to tell the operator when other programs may be given ports of the media range; nil when they can't.
    func warning(about ports: ClosedRange<UInt16>) -> String? {
        let media = Int(ports.lowerBound)...Int(ports.upperBound)
        let endangered = media.clamped(to: range)
        guard media.overlaps(range), !endangered.allSatisfy(isReserved) else { return nil }
        let list = (reserved.isEmpty ? "" : reserved + ",") + "\(media.lowerBound)-\(media.upperBound)"
        return "Linux gives the media ports \(endangered.lowerBound)-\(endangered.upperBound) to any program that asks "
            + "for one; keep them free with `sysctl -w net.ipv4.ip_local_reserved_ports=\(list)`"
    }

    private func isReserved(_ port: Int) -> Bool {
        reserved.split(separator: ",").contains { part in
            let bounds = part.split(separator: "-").compactMap { Int($0) }
            return bounds.first.map { $0 <= port && port <= bounds.last ?? $0 } ?? false
        }
    }

    private static func text(of file: String) -> String? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
