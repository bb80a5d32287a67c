import CallControl
import TandemKit
import Testing
import Timing

/// Messages of real calls with bytes changed, taken out, doubled or exchanged: what parses reaches the engine.
@Suite struct MutationTests {
    struct Chance {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test(
        "Mutated messages leave the engine serving, and empty when all is over",
        arguments: [SignallingMode.b2bua, .proxy])
    func mutated(mode: SignallingMode) throws {
        var chance = Chance(state: 7)
        let bench = EngineBench(
            mode: mode,
            timers: CallTimers(maxRingTime: .seconds(20), maxCallDuration: .seconds(30), timerC: .seconds(20)))
        var corpus: [String] = []
        var parsed = 0
        for round in 0..<6_000 {
            if round % 60 == 0 { corpus = seeds(bench, round) }
            let text = mutate(corpus[chance.below(corpus.count)], &chance)
            guard
                var message = text.withUnsafeBytes({ bytes -> SIPMessage? in
                    var message = SIPMessage()
                    return (try? message.receive(bytes)) == nil ? nil : message
                })
            else { continue }
            parsed += 1
            bench.engine.receive(&message, on: bench.flow(chance.below(3)), at: bench.now)
            for sent in bench.drain() where sent.startLine.hasSuffix("SIP/2.0") && corpus.count < 60 {
                // A proxy passes on the spelling of a mutated name, which the test's own parties don't know.
                guard ["From", "To", "Call-ID", "CSeq"].allSatisfy({ sent.field($0) != nil }) else { continue }
                corpus.append(Party.response([180, 200, 486, 503][chance.below(4)], to: sent, body: Party.answer))
            }
            if chance.below(20) == 0 { bench.wait(milliseconds: UInt64(chance.below(5_000))) }
        }
        #expect(parsed > 1_000)
        bench.wait(milliseconds: 1_000_000)
        #expect(bench.isEmpty)
        // Still serving.
        #expect(
            bench.receive(Party.invite(branch: "z9hG4bKlast", callID: "last"), from: 0).to(1).first("INVITE") != nil)
    }

    /// The messages of one fresh call.
    private func seeds(_ bench: EngineBench, _ round: Int) -> [String] {
        let first = Party.invite(branch: "z9hG4bKs\(round)", tag: "s\(round)", callID: "c\(round)")
        var corpus = [first]
        guard let invite = bench.receive(first, from: 0).first("INVITE") else { return corpus }
        corpus += [Party.response(180, to: invite), Party.response(200, to: invite, body: Party.answer)]
        guard let ringing = bench.receive(corpus[1], from: 1).first("SIP/2.0 180") else { return corpus }
        for (index, method) in ["ACK", "BYE", "INVITE", "INFO", "UPDATE", "CANCEL", "OPTIONS", "REFER"].enumerated() {
            corpus.append(
                Party.callerRequest(
                    method, in: ringing, cseq: 1 + index, branch: "z9hG4bKm\(round)\(index)", body: Party.offer,
                    extra: "Contact: <sip:ann@192.0.2.1>\r\n"))
            corpus.append(Party.calleeRequest(method, in: invite, cseq: 1 + index, branch: "z9hG4bKn\(round)\(index)"))
        }
        return corpus
    }

    private func mutate(_ text: String, _ chance: inout Chance) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<chance.below(4) {
            let place = chance.below(bytes.count)
            let length = min(1 + chance.below(12), bytes.count - place)
            switch chance.below(4) {
            case 0: bytes[place] = UInt8(chance.below(256))
            case 1: bytes.removeSubrange(place..<place + length)
            case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: chance.below(bytes.count))
            default: bytes[place] ^= UInt8(1 << chance.below(8))
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }
}
