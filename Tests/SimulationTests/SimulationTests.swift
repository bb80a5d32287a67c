import CallControl
import Testing

/// One to five whole call engines in a row, B2BUAs and proxies, among user agents that behave well or badly, in virtual time,
/// from one seed: messages are lost, doubled, late and out of order, connections break, parties and engines die and forget,
/// and machines stand still while their clock goes on.
///
/// The invariants, checked in every run:
/// 1. Each INVITE that reaches Tandem gets exactly one final response (a proxy passes on the 2xx of every fork).
/// 2. No dialog outlives its BYE: a B2BUA sends no new request in a dialog after a BYE was sent or received there, and
///    when everything has ended no party that heard all of it holds a dialog; nor does Tandem forget a dialog without
///    a BYE, unless its party answered 481.
/// 3. Nothing is transmitted after termination: when everything has ended, the wire stays silent.
/// 4. Nothing is left: no call, dialog, timer, transaction, stored byte or unsent message.
/// 5. Nobody gets a message that is malformed, answers what was not asked, or comes a twelfth time.
/// 6. A B2BUA shows no address, Call-ID or tag of one side to the other; with a relay, not in a description either.
///    Each message carries its own description.
/// 7. The relay is never asked for what can't be, and holds no session and no port when everything has ended.
/// 8. A B2BUA that dies, with its messages or its answers lost, goes on with each answered call: its dialogs, CSeq
///    numbers (which only rise) and media. Over all its lives each call begins once and its end is told once.
/// 9. A session whose refresher is dead ends in its time, one that Tandem has to refresh is refreshed, no provisional
///    response waits for its PRACK without an end, and whoever sends one reliably gets its PRACK.
/// 10. A call that is transferred, by REFER of both kinds or by an INVITE with Replaces, keeps all that: in its new pair, for
///     who leaves, and where the transfer fails.
/// 11. All that holds for calls whose router looks something up, whether the finding comes at once, too late, twice or never.
///
/// `TANDEM_SEED=17 TANDEM_SHARDS=3 swift test --filter Simulation` runs one seed again and prints its packets.
@Suite struct SimulationTests {
    @Test(
        "Every invariant holds for 2,000 seeds",
        arguments: zip([1, 3], [1...1_000, 1_001...2_000] as [ClosedRange<UInt64>]))
    func seeds(shards: Int, seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            let violations = Simulation(seed: seed, shards: shards).run()
            #expect(violations.isEmpty, "TANDEM_SEED=\(seed) TANDEM_SHARDS=\(shards): \(violations.prefix(3))")
        }
    }

    @Test("Every invariant holds for 300 seeds of a B2BUA that dies", arguments: [1, 3])
    func crashes(shards: Int) {
        for seed in UInt64(1)...300 {
            let violations = Simulation(seed: seed, shards: shards, crashes: true).run()
            #expect(
                violations.isEmpty,
                "TANDEM_CRASHES=1 TANDEM_SEED=\(seed) TANDEM_SHARDS=\(shards): \(violations.prefix(3))")
        }
    }

    /// 4492: the caller answers 481 to an UPDATE that overtook the 200, and has a dialog once that comes again.
    /// 10489: an ACK with an answer comes when the call's end has ended its media.
    /// 2732, 5696, 6866: BYE comes while a request for its sender is at the relay.
    @Test(
        "Every invariant holds for seeds that once broke one", arguments: [4492, 10489, 2732, 5696, 6866] as [UInt64],
        [1, 3])
    func onceBroken(seed: UInt64, shards: Int) {
        #expect(
            Simulation(seed: seed, shards: shards, parts: []).run()
                .isEmpty)
    }

    /// 1754: the 200 to a re-INVITE comes when its call has ended and is forgotten.
    @Test(
        "Every invariant holds for seeds that once broke one, with session timers and reliable responses",
        arguments: [462, 605] as [UInt64], [1, 3])
    func brokenSinceMethods(seed: UInt64, shards: Int) {
        #expect(Simulation(seed: seed, shards: shards, parts: [.lookUps, .methods]).run().isEmpty)
    }

    /// 387: the first INVITE's 200 comes again when the call has ended, and its BYE has to be numbered behind the re-INVITE.
    @Test(
        "Every invariant holds for seeds that once broke one, with transfers", arguments: [97, 192, 387] as [UInt64],
        [1, 3])
    func brokenSinceTransfers(seed: UInt64, shards: Int) {
        #expect(Simulation(seed: seed, shards: shards, parts: [.lookUps, .methods, .rows, .transfers]).run().isEmpty)
    }

    /// 909: a REFER that goes on named a dialog by the other side's Call-ID. 1247: the BYE for an answer whose call is gone is asked
    /// for credentials; 196 and 97: the same where the call was lost in a death. 5495, 5723: a NOTIFY is asked for credentials when
    /// its dialog has had its BYE.
    @Test(
        "Every invariant holds for seeds that once broke one, with challenges",
        arguments: [
            (909, 1, false), (1247, 3, false), (5495, 3, false), (5723, 3, false), (196, 1, true), (97, 1, true),
            (5495, 1, true),
        ] as [(UInt64, Int, Bool)])
    func brokenSinceChallenges(seed: UInt64, shards: Int, crashes: Bool) {
        let parts: Simulation.Parts = [.lookUps, .methods, .rows, .transfers, .challenges]
        #expect(Simulation(seed: seed, shards: shards, crashes: crashes, parts: parts).run().isEmpty)
    }

    @Test(
        "Every invariant holds for seeds of transfers with deaths that once broke one",
        arguments: [90, 93, 129] as [UInt64], [1, 3])
    func transfersBrokenByDeaths(seed: UInt64, shards: Int) {
        let parts: Simulation.Parts = [.lookUps, .methods, .rows, .transfers]
        #expect(Simulation(seed: seed, shards: shards, crashes: true, parts: parts).run().isEmpty)
    }

    @Test(
        "Every invariant holds for seeds of a B2BUA that dies that once broke one", arguments: [886, 1084] as [UInt64],
        [1, 3])
    func brokenByDeaths(seed: UInt64, shards: Int) {
        #expect(Simulation(seed: seed, shards: shards, crashes: true, parts: [.lookUps, .methods]).run().isEmpty)
    }

    @Test("Every invariant holds for seeds that once broke one, with look-ups", arguments: [1754] as [UInt64], [1, 3])
    func brokenSinceLookUps(seed: UInt64, shards: Int) {
        #expect(Simulation(seed: seed, shards: shards, parts: .lookUps).run().isEmpty)
    }

    #if DEBUG
        @Test("The simulation finds a bug that is let loose", arguments: EngineFault.allCases.filter { $0 != .none })
        func canary(fault: EngineFault) {
            let isFound = (UInt64(1)...200).contains { seed in
                let simulation = Simulation(
                    seed: seed, shards: 1, crashes: fault.needsCrash, parts: [], prepare: { $0.fault = fault })
                return !simulation.run().isEmpty
            }
            #expect(isFound, "200 seeds did not find \(fault)")
        }
    #endif

    @Test("A seed replays exactly")
    func replays() {
        for seed in UInt64(1)...10 {
            let first = Simulation(seed: seed, shards: 2, keepsPackets: true)
            let second = Simulation(seed: seed, shards: 2, keepsPackets: true)
            _ = first.run()
            _ = second.run()
            #expect(!first.journal.packets.isEmpty)
            #expect(first.journal.packets == second.journal.packets)
        }
    }
}
