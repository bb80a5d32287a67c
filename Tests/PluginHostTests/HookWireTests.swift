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
            .noMatch, .reject(Failure(status: 404, diagnostic: .noRoute)), .lookUp(Self.lookUps[0]),
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

    private static let lookUps: [LookUp] = [
        .http(
            "lcr", method: "POST", path: "/a", query: ["b": "ü"], headers: [HTTPField("C", "d")], body: [0, 255],
            deadline: .milliseconds(1_234)),
        .sql("db", "SELECT ?", [.null, .integer(.min), .real(-0.5), .text("ü"), .blob([0])]),
    ]

    private static var findings: Findings {
        var findings = Findings()
        findings.add(.http(HTTPAnswer(status: 200, headers: [HTTPField("A", "")], body: [1])), for: lookUps[0])
        let row = SQLRow(columns: ["a", "b"], values: [.null, .text("")])
        findings.add(.rows([row, SQLRow(columns: [], values: [])]), for: lookUps[1])
        for kind in LookUpFailure.Kind.allCases {
            findings.add(.failed(LookUpFailure(kind, "why")), for: .sql(kind.rawValue, "SELECT 1"))
        }
        return findings
    }

    @Test("Look-ups and findings are the same on the other side")
    func lookUps() throws {
        for lookUp in Self.lookUps {
            guard case .lookUp(let read) = try HookAnswer(HookAnswer.lookUp(lookUp).bytes) else {
                return #expect(Bool(false))
            }
            #expect(read == lookUp)
        }
        let context = NumberContext(
            call: CallNumber(raw: 1), party: .called, ingressTrunk: "uc", findings: Self.findings)
        let bytes = HookQuestion.normalize(Self.number, context, isExplaining: false).bytes(instance: 0)
        guard case .normalize(_, let read, _) = try bytes.withUnsafeBytes({ try HookQuestion.read($0) }).question else {
            return #expect(Bool(false))
        }
        #expect(read == context)
    }

    @Test("All that a call may find fits into a lane, whatever it is made of")
    func findingsFit() {
        let answers: [Finding] = [
            .http(HTTPAnswer(status: 200, body: Array(repeating: 0, count: 60_000))),
            .rows(Array(repeating: SQLRow(columns: [""], values: [.null]), count: Finding.rowCountMax)),
            .http(HTTPAnswer(status: 200, headers: Array(repeating: HTTPField("", ""), count: 4_000))),
        ]
        for answer in answers {
            var findings = Findings()
            for turn in 0..<LookUp.countMax {
                let lookUp = LookUp.sql("db\(turn)", "SELECT 1")
                let size = findings.byteCount + answer.byteCount + lookUp.byteCount
                if size <= Findings.byteCountMax { findings.add(answer, for: lookUp) }
            }
            #expect(answer.byteCount <= Finding.byteCountMax && findings.count > 0)
            let query = RouteQuery(
                call: CallNumber(raw: 1), ingressTrunk: "uc", called: Self.number, calling: nil, identity: Identity(),
                findings: findings)
            let bytes = HookQuestion.route(query, isExplaining: false).bytes(instance: 0)
            #expect(bytes.count < HookLane.contentLimit - 32_768)
        }
    }

    @Test("Cut or changed anywhere, a question or an answer is refused, or read, and never more")
    func mutated() throws {
        let question = HookQuestion.route(
            RouteQuery(
                call: CallNumber(raw: 1), ingressTrunk: "uc", called: Self.number, calling: Self.number,
                identity: Identity(asserted: Self.number), findings: Self.findings), isExplaining: true
        ).bytes(instance: 0)
        let answer = HookAnswer.number(Self.number, []).bytes
        for bytes in [question, answer, HookAnswer.lookUp(Self.lookUps[1]).bytes] {
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
