import Foundation
import Testing

@Suite struct SimulationSeedTests {
    /// The seeds asked for by the environment: `TANDEM_SEED=17`, or `TANDEM_SEEDS=10000` from `TANDEM_FIRST_SEED`.
    static let environment = ProcessInfo.processInfo.environment
    static var crashes: Bool { environment["TANDEM_CRASHES"] != nil }
    static var shards: Int { environment["TANDEM_SHARDS"].flatMap { Int($0) } ?? 1 }

    @Test("One seed again, with its packets", .enabled(if: environment["TANDEM_SEED"] != nil))
    func oneSeed() {
        let seed = Self.environment["TANDEM_SEED"].flatMap { UInt64($0) } ?? 1
        let simulation = Simulation(seed: seed, shards: Self.shards, crashes: Self.crashes, keepsPackets: true)
        let violations = simulation.run()
        print(simulation.scenario)
        for packet in simulation.journal.packets { print(packet) }
        #expect(violations.isEmpty, "TANDEM_SEED=\(seed) TANDEM_SHARDS=\(Self.shards): \(violations)")
    }

    @Test("Many seeds", .enabled(if: environment["TANDEM_SEEDS"] != nil))
    func manySeeds() {
        let count = Self.environment["TANDEM_SEEDS"].flatMap { UInt64($0) } ?? 1
        let first = Self.environment["TANDEM_FIRST_SEED"].flatMap { UInt64($0) } ?? 1
        var broken: [UInt64] = []
        var (transfers, failures) = (0, 0)
        for seed in first..<first + count {
            let simulation = Simulation(seed: seed, shards: Self.shards, crashes: Self.crashes)
            let violations = simulation.run()
            transfers += simulation.transfers.done
            failures += simulation.transfers.failed
            if violations.isEmpty { continue }
            broken.append(seed)
            print("TANDEM_SEED=\(seed) TANDEM_SHARDS=\(Self.shards): \(violations.prefix(2))")
        }
        print("\(count) seeds, \(broken.count) broken; \(transfers) transfers done, \(failures) failed")
        #expect(broken.isEmpty)
    }
}
