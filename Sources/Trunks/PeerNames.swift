public import Configuration
public import TandemKit
public import Timing

/// Keeps the addresses of peers that are given as host names: which names to ask for, and when.
///
/// A machine without I/O: its owner asks the resolver for each name of `due`, and reports what came of it. One
/// question a name is out at a time. Addresses from before stay when a later question fails.
public struct PeerNames: Sendable {
    /// How long an answer holds.
    public static let refreshInterval = TimeInterval.seconds(60)
    /// How long after a failure the next question comes.
    public static let retryInterval = TimeInterval.seconds(10)

    private struct Name {
        var addresses: [IPAddress] = []
        /// When to ask; nil while a question is out.
        var next: Timestamp?
        let trunks: [Int]
    }

    private var names: [String: Name] = [:]
    private var fixed: [[IPAddress]]

    /// Finds the names of a configuration; each is due at `now`.
    public init(_ trunks: [TrunkSettings], at now: Timestamp) {
        fixed = Array(repeating: [], count: trunks.count)
        for (index, trunk) in trunks.enumerated() {
            switch trunk.peer.host {
            case .address(let address): fixed[index] = [address]
            case .name(let name):
                names[name] = Name(next: now, trunks: (names[name]?.trunks ?? []) + [index])
            }
        }
    }

    /// The addresses of each trunk's peer, by trunk index; empty when its name was never resolved.
    public var addresses: [[IPAddress]] {
        var all = fixed
        for name in names.values { for trunk in name.trunks { all[trunk] = name.addresses } }
        return all
    }

    /// When `due` will have something; nil when all peers are addresses or all questions are out.
    public var deadline: Timestamp? { names.values.compactMap(\.next).min() }

    /// The names to ask for now; each counts as asked.
    public mutating func due(at now: Timestamp) -> [String] {
        let due = names.filter { $0.value.next.map { $0 <= now } ?? false }.keys.sorted()
        for name in due { names[name]?.next = nil }
        return due
    }

    /// The resolver's answer to a name, without addresses for "it can't be resolved". Returns the trunks that use the
    /// name, and whether their addresses have changed.
    public mutating func answered(
        _ name: String, with addresses: [IPAddress], at now: Timestamp
    ) -> (trunks: [Int], isChanged: Bool) {
        guard var known = names[name] else { return ([], false) }
        let isChanged = !addresses.isEmpty && Set(addresses) != Set(known.addresses)
        if isChanged { known.addresses = addresses }
        known.next = now + (addresses.isEmpty ? Self.retryInterval : Self.refreshInterval)
        names[name] = known
        return (known.trunks, isChanged)
    }
}
