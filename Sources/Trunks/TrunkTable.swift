public import CallControl
public import Configuration
public import SIPTransaction
public import TandemKit

/// Two trunks whose sources came to the same prefix on one listener: seen only once names are resolved, because the
/// configuration refuses it for what is written.
public struct TrunkConflict: Hashable, Sendable {
    /// The prefix.
    public let prefix: AddressPrefix
    /// The trunk that requests from there belong to: the first of the file.
    public let kept: String
    /// The trunk that gets none of them.
    public let ignored: String
}

/// Finds the trunk of a request: by listener, then by the longest source prefix; over TLS by the identity that the peer
/// has proved, beside that or in its place, as each trunk says.
///
/// Never changed, so every shard shares it. A look-up takes one binary search for each prefix length in use on the
/// listener, and allocates nothing.
public final class TrunkTable: TrunkMatcher {
    /// The prefixes of one length of one listener: a stretch of `entries`.
    private struct Group {
        let maskHigh: UInt64
        let maskLow: UInt64
        let start: Int
        let end: Int
    }

    private struct Entry {
        let high: UInt64
        let low: UInt64
        let trunk: Int
    }

    /// The groups of one listener and address family, the longest prefixes first: a stretch of `groups`.
    private struct Stretch {
        var start = 0
        var end = 0
    }

    /// What a request from an unknown source gets.
    public let unknownSource: UnknownSourceAnswer
    /// Pairs of trunks that resolved to the same source.
    public let conflicts: [TrunkConflict]

    private let entries: [Entry]
    private let groups: [Group]
    /// IPv4 at twice the listener's index, IPv6 one above.
    private let stretches: [Stretch]
    private let indices: [String: Int]
    /// By trunk; nil for those without TLS.
    private let matches: [TrunkMatch?]

    /// Builds the table.
    /// - Parameter addresses: the peer's addresses of each trunk, by trunk index; empty while a name can't be resolved.
    ///   They are the sources of a trunk whose configuration names none.
    public init(_ configuration: TandemConfiguration, addresses: [[IPAddress]]) {
        switch configuration.signalling.unknownSource {
        case .drop: unknownSource = .drop
        case .tarpit: unknownSource = .tarpit
        case .reject(let status): unknownSource = .status(status)
        }
        indices = Dictionary(uniqueKeysWithValues: configuration.trunks.enumerated().map { ($1.name, $0) })
        matches = configuration.trunks.map { $0.tls?.match }
        var builder = Builder(configuration, addresses)
        for listener in configuration.listeners.indices {
            for isIPv6 in [false, true] { builder.add(listener: listener, isIPv6: isIPv6) }
        }
        entries = builder.entries
        groups = builder.groups
        stretches = builder.stretches
        conflicts = builder.conflicts
    }

    /// The index of the trunk that messages of this flow belong to; nil when nobody is known by that source or identity.
    public func trunk(for flow: Flow) -> Int? {
        let proved = Int(flow.identity) - 1
        if proved >= 0, proved < matches.count, matches[proved] == .certificate { return proved }
        guard let found = trunk(bySource: flow) else { return nil }
        return matches[found] != .both || found == proved ? found : nil
    }

    /// The index of the trunk that has the source of a flow; nil when none has.
    public func trunk(bySource flow: Flow) -> Int? {
        let address = flow.remote.address
        let place = Int(flow.listener) * 2 + (address.isIPv6 ? 1 : 0)
        guard place < stretches.count else { return nil }
        for index in stretches[place].start..<stretches[place].end {
            if let trunk = find(address, in: groups[index]) { return trunk }
        }
        return nil
    }

    /// The index of a trunk by its name; nil when there is none.
    public func trunk(named name: String) -> Int? { indices[name] }

    private func find(_ address: IPAddress, in group: Group) -> Int? {
        let (high, low) = (address.high & group.maskHigh, address.low & group.maskLow)
        var (start, end) = (group.start, group.end)
        while start < end {
            let middle = (start + end) / 2
            let entry = entries[middle]
            if (entry.high, entry.low) == (high, low) { return entry.trunk }
            if (entry.high, entry.low) < (high, low) { start = middle + 1 } else { end = middle }
        }
        return nil
    }

    private struct Builder {
        private let trunks: [TrunkSettings]
        private let sources: [[AddressPrefix]]
        private(set) var entries: [Entry] = []
        private(set) var groups: [Group] = []
        private(set) var stretches: [Stretch] = []
        private(set) var conflicts: [TrunkConflict] = []

        init(_ configuration: TandemConfiguration, _ addresses: [[IPAddress]]) {
            trunks = configuration.trunks
            sources = zip(configuration.trunks, addresses).map { trunk, addresses in
                if trunk.tls?.match == .certificate { return [] }
                return trunk.sources ?? addresses.map { AddressPrefix($0) }
            }
        }

        mutating func add(listener: Int, isIPv6: Bool) {
            var owners: [AddressPrefix: Int] = [:]
            for index in trunks.indices where trunks[index].listener == listener {
                for prefix in sources[index] where prefix.address.isIPv6 == isIPv6 { claim(prefix, index, &owners) }
            }
            var stretch = Stretch(start: groups.count)
            for length in Set(owners.keys.map(\.length)).sorted(by: >) {
                let start = entries.count
                entries += owners.filter { $0.key.length == length }
                    .map { Entry(high: $0.key.address.high, low: $0.key.address.low, trunk: $0.value) }
                    .sorted { ($0.high, $0.low) < ($1.high, $1.low) }
                let mask = AddressPrefix.mask(length: length, isIPv6: isIPv6)
                groups.append(Group(maskHigh: mask.high, maskLow: mask.low, start: start, end: entries.count))
            }
            stretch.end = groups.count
            stretches.append(stretch)
        }

        private mutating func claim(_ prefix: AddressPrefix, _ trunk: Int, _ owners: inout [AddressPrefix: Int]) {
            guard let owner = owners[prefix], owner != trunk else {
                owners[prefix] = trunk
                return
            }
            conflicts.append(TrunkConflict(prefix: prefix, kept: trunks[owner].name, ignored: trunks[trunk].name))
        }
    }
}
