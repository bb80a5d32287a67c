import TandemKit
import Testing
import Wire

@testable import PluginHost

@Suite struct HookWireTests {
    private static let number: PhoneNumber = {
        var number = PhoneNumber("0100")
        number.rewrite(to: "+14255550100", rule: "four")
        return number
    }()

    private static let kinds: [CallEvent.Kind] = [
        .began(trunk: "uc", called: number, calling: nil), .recovered(trunk: "uc", called: number, calling: number),
        .attempted(trunk: "gw", attempt: 3), .progressed(trunk: "gw", status: 183, hasMedia: true),
        .attemptFailed(trunk: "gw", failure: Failure(status: 486, cause: .userBusy, detail: "busy")),
        .answered(trunk: "gw"), .held(true), .ended(Failure(status: 487, diagnostic: .normalClearing)),
    ]

    @Test("Every event of a call is the same on the other side", arguments: kinds)
    func events(kind: CallEvent.Kind) throws {
        let summary = CallSummary(
            ingressTrunk: "uc", egressTrunk: "gw", attempts: 2, called: Self.number, calling: nil, began: 5,
            answered: 6,
            ended: 7, endedBy: .callee)
        let event = CallEvent(call: CallNumber(raw: 9), nanoseconds: 77, time: 7, kind: kind, summary: summary)
        let bytes = HookQuestion.observe(event).bytes(instance: 3)
        let (instance, question) = try bytes.withUnsafeBytes { try HookQuestion.read($0) }
        guard case .observe(let read) = question else { return #expect(Bool(false)) }
        #expect(instance == 3 && read == event)
    }

    @Test("Every decision is the same on the other side")
    func decisions() throws {
        let all: [RouteDecision] = [
            .noMatch, .reject(Failure(status: 404, diagnostic: .noRoute)),
            .trunks([
                TrunkChoice(trunk: "a", called: Self.number, calling: nil, failover: .never),
                TrunkChoice(trunk: "b", failover: FailoverRule(statuses: [500...599, 404...404])),
            ]),
        ]
        let entries = [DecisionEntry(plugin: "p", rule: "r", before: "a", after: "b", outcome: .chosen, note: "n")]
        for decision in all {
            guard case .decision(let read, let log) = try HookAnswer(HookAnswer.decision(decision, entries).bytes)
            else {
                return #expect(Bool(false))
            }
            #expect(read == decision && log == entries)
        }
    }

    @Test("Cut or changed anywhere, a question or an answer is refused, or read, and never more")
    func mutated() throws {
        let question = HookQuestion.route(
            RouteQuery(
                call: CallNumber(raw: 1), ingressTrunk: "uc", called: Self.number, calling: Self.number,
                identity: Identity(asserted: Self.number)), isExplaining: true
        ).bytes(instance: 0)
        let answer = HookAnswer.number(Self.number, []).bytes
        for bytes in [question, answer] {
            for index in bytes.indices {
                for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                    var changed = bytes
                    changed[index] = value
                    _ = changed.withUnsafeBytes { try? HookQuestion.read($0) }
                    _ = try? HookAnswer(changed)
                }
                _ = bytes[..<index].withUnsafeBytes { try? HookQuestion.read($0) }
                #expect(throws: WireError.self) { try HookAnswer(Array(answer.prefix(min(index, answer.count - 1)))) }
            }
        }
    }
}
