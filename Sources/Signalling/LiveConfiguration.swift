import CallControl
import Configuration
import ServerLocation
import ShardLoop
import Synchronization
import TandemKit
import Trunks

/// What the shards work by now: the configuration with its plugins, and the peers' addresses. The one place that changes
/// either, so that neither change undoes the other. From any thread but a shard's.
final class LiveConfiguration: Sendable {
    private struct Facts {
        var checked: CheckedConfiguration
        var locations: [ServerLocation]
    }

    private let statuses: [TrunkStatus]
    private let facts: Mutex<Facts>
    /// How many calls each trunk takes: the same for every shard and every generation of plugins.
    private let capacities: [String: TrunkCapacity]
    /// Held while the shards are told.
    private let change = Mutex(())

    init(_ checked: CheckedConfiguration, locations: [ServerLocation], statuses: [TrunkStatus]) {
        self.statuses = statuses
        capacities = Dictionary(
            checked.settings.trunks.map { trunk in
                (trunk.name, TrunkCapacity(calls: trunk.limits.maxCalls, perSecond: trunk.limits.callsPerSecond))
            }, uniquingKeysWith: { first, _ in first })
        facts = Mutex(Facts(checked: checked, locations: locations))
    }

    /// The configuration in force.
    var checked: CheckedConfiguration { facts.withLock { $0.checked } }

    /// What makes the engines' configurations now.
    var builder: EngineBuilder {
        facts.withLock { EngineBuilder(checked: $0.checked, locations: $0.locations, capacities: capacities) }
    }

    /// The peers' names lead elsewhere.
    func resolved(to locations: [ServerLocation], _ shards: ShardGroup) {
        change.withLock { _ in
            facts.withLock { $0.locations = locations }
            let (builder, statuses) = (builder, statuses)
            _ = shards.ask { shard in
                shard.engine.replace(configuration: builder.configuration())
                builder.secure(shard)
                EngineBuilder.setAvailability(in: shard.engine, to: statuses)
            }
            probe(shards)
            register(shards)
        }
    }

    /// Other builds of plugins serve from now on. Returns how many shards have not said within their time that they know;
    /// they will as soon as they can.
    func exchange(_ checked: CheckedConfiguration, _ shards: ShardGroup) -> Int {
        defer { register(shards) }
        return change(to: checked, shards) { $0.exchange(trunks: $1.trunks()) }
    }

    /// Another configuration with the same trunks at the same peers counts from now on. Returns the same.
    func reload(_ checked: CheckedConfiguration, _ shards: ShardGroup) -> Int {
        for trunk in checked.settings.trunks {
            capacities[trunk.name]?.limit(calls: trunk.limits.maxCalls, perSecond: trunk.limits.callsPerSecond)
        }
        defer { register(shards) }
        return change(to: checked, shards) { $0.exchange(configuration: $1.configuration()) }
    }

    private func change(
        to checked: CheckedConfiguration, _ shards: ShardGroup,
        _ tell: @escaping @Sendable (CallEngine, EngineBuilder) -> Void
    ) -> Int {
        change.withLock { _ -> Int in
            facts.withLock { $0.checked = checked }
            let builder = builder
            let told: [Bool?] = shards.ask { shard in
                let engine = shard.engine
                tell(engine, builder)
                builder.secure(shard)
                let observers = builder.observers
                shard.observers?.exchange(
                    observers.instances, serials: observers.serials, after: engine.lastNumber)
                engine.companion = shard.observers?.current
                return true
            }
            return told.count { $0 == nil }
        }
    }

    /// The first shard registers at the peers, and tells the others what comes of it.
    func register(_ shards: ShardGroup) {
        _ = shards.mailboxes[0].post(
            .run { shard in
                shard.engine.register(at: MonotonicClock.now())
                shard.drain()
            })
    }

    /// The first shard asks the peers whether they are alive, and tells the others what it finds.
    func probe(_ shards: ShardGroup) {
        let builder = builder
        _ = shards.mailboxes[0].post(.run { builder.startProbing(with: $0.engine, at: MonotonicClock.now()) })
    }
}
