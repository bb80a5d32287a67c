public import TandemKit

/// The trunks in force, and those that calls keep.
extension CallEngine {
    var trunks: [TrunkContext] { configuration.trunks }

    var trunkCount: Int { configuration.trunks.count }

    func trunk(at index: Int) -> TrunkContext { configuration.trunks[index] }

    func trunk(named name: String) -> TrunkContext? { trunk(named: name, of: configuration.trunks) }

    /// The trunk of a name among those that a call began with.
    func trunk(named name: String, of trunks: [TrunkContext]) -> TrunkContext? {
        guard let index = configuration.matcher.trunk(named: name) else { return nil }
        if index < trunks.count, trunks[index].name == name { return trunks[index] }
        return trunks.first { $0.name == name }
    }

    /// Whether a trunk takes calls, by what is known now: contexts that were replaced learn nothing any more.
    func isAvailable(_ trunk: TrunkContext) -> Bool {
        current(trunk).isAvailable
    }

    /// Takes the same trunks with other plugin instances into use, for calls that begin from now on. Calls in progress
    /// keep those that they began with; what is known of the peers, and the polls, go on undisturbed.
    ///
    /// - Parameter trunks: As many as before, each with the name that it had.
    public func exchange(trunks: [TrunkContext]) {
        precondition(trunks.map(\.name) == self.trunks.map(\.name), "the same trunks in the same order")
        for (new, old) in zip(trunks, self.trunks) { new.isAvailable = old.isAvailable }
        handOn(to: trunks)
        configuration.trunks = trunks
        for place in probes.indices { probes[place].trunk = trunks[probes[place].trunk.index] }
    }

    /// Gives other contexts of the same trunks what these have learned from their peers.
    func handOn(to trunks: [TrunkContext]) {
        for (new, old) in zip(trunks, self.trunks) where new.name == old.name {
            if new.registration == old.registration { new.registrationReport = old.registrationReport }
            if let known = old.digest { new.digest?.take(from: known) }
        }
    }

    /// Takes another configuration with the same trunks into use, for what begins from now on.
    public func exchange(configuration new: EngineConfiguration) {
        exchange(trunks: new.trunks)
        configuration = new
        userAgent = Array(new.userAgent.utf8)
    }

    /// How many calls and proxied requests run through each plugin generation.
    public var callsByGeneration: [Int: Int] {
        var counts: [Int: Int] = [:]
        func count(_ ingress: TrunkContext, _ others: some Sequence<TrunkContext>) {
            var used = Set(ingress.generations.deciding)
            if let adapter = ingress.generations.adapter { used.insert(adapter) }
            for trunk in others { if let adapter = trunk.generations.adapter { used.insert(adapter) } }
            for generation in used { counts[generation, default: 0] += 1 }
        }
        calls.forEach { count($0.ingress, $0.attempts.lazy.map(\.trunk)) }
        proxied.forEach { count($0.ingress, $0.branches.lazy.map(\.trunk)) }
        return counts
    }

    /// The numbers of the calls and proxied requests alive, in no order. The shard's later calls have higher ones.
    public var callNumbers: [CallNumber] {
        var numbers: [CallNumber] = []
        numbers.reserveCapacity(callCount)
        calls.forEach { numbers.append($0.number) }
        proxied.forEach { numbers.append($0.number) }
        return numbers
    }

    /// The number of the shard's last call.
    public var lastNumber: CallNumber { CallNumber(shard: shard, sequence: sequence) }
}

extension TrunkContext {
    /// Why the trunk can't serve calls for want of a plugin; nil when it can.
    var missingPluginFailure: Failure? {
        missingPlugin.map { Failure(status: 503, diagnostic: .pluginGone, detail: "\(name) lacks the plugin \($0)") }
    }
}
