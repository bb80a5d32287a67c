import Testing

@Suite struct ProtocolSimulationTests {
    @Test("Simulation: 320 seeds of dying processes and breaking connections keep every invariant", arguments: 0..<8)
    func seeds(part: UInt64) {
        var commands: UInt64 = 0
        var links: UInt64 = 0
        for seed in part * 40..<(part + 1) * 40 {
            let simulation = ProtocolSimulation(seed: seed)
            let violations = simulation.run()
            #expect(violations.isEmpty, "seed \(seed): \(violations.prefix(3))")
            commands += simulation.tokens
            links += simulation.links
        }
        #expect(commands > 40 * 100, "the seeds are busy")
        #expect(links > 40 * 4, "connections break")
    }

    @Test("Simulation: each bug that is let loose is found", arguments: ProtocolSimulation.Canary.allCases)
    func canary(_ canary: ProtocolSimulation.Canary) {
        let found = (0..<20).filter { !ProtocolSimulation(seed: $0, canary: canary).run().isEmpty }
        #expect(found.count > 3)
    }
}
