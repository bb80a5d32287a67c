import CallControl
import TandemKit

/// Routes by what a database says, `out` for all else.
struct AskingRouter: Router {
    var deadline = LookUp.deadlineDefault
    init(settings: NoSettings) {}
    init(deadline: Duration = LookUp.deadlineDefault) { self.deadline = deadline }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        log.chose("asked", rule: "always")
        let lookUp = LookUp.sql(
            "customers", "SELECT trunk FROM customers WHERE number = ?", [.text(query.called.text)],
            deadline: deadline)
        guard let finding = query.findings[lookUp] else { return .lookUp(lookUp) }
        switch finding {
        case .rows(let rows):
            return .trunks(rows.compactMap { $0.text("trunk") }.map { TrunkChoice(trunk: $0) })
        default: return .reject(Failure(status: 480, diagnostic: .routeRefused, detail: "\(finding)"))
        }
    }
}

/// Puts what a server answers in front of the called number, then asks for the second half, as often as it is told.
struct AskingNormalizer: Normalizer {
    var count = 1
    var asksAgain = false
    init(settings: NoSettings) {}
    init(count: Int = 1, asksAgain: Bool = false) {
        self.count = count
        self.asksAgain = asksAgain
    }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        guard context.party == .called else { return }
        for turn in 0..<count {
            let lookUp = LookUp.http("lcr", path: "/prefix", query: ["of": number.text, "turn": "\(turn)"])
            log.matched(rule: "turn", before: number.text, after: number.text)
            guard let answer = context.findings[lookUp]?.http else { throw .lookUp(lookUp) }
            if asksAgain { throw .lookUp(lookUp) }
            number.rewrite(to: answer.text + number.text, rule: "prefix")
        }
    }
}

extension Finding {
    /// One row with the name of a trunk.
    static func trunk(_ name: String) -> Finding {
        .rows([SQLRow(columns: ["trunk"], values: [.text(name)])])
    }

    static func text(_ text: String) -> Finding { .http(HTTPAnswer(status: 200, body: Array(text.utf8))) }
}

extension EngineBench {
    /// This was found for the last look-up, or for an earlier one.
    @discardableResult
    func find(_ finding: Finding, for place: Int? = nil) -> [Sent] {
        engine.receive(finding, for: lookUps[place ?? lookUps.count - 1].ticket, at: now)
        return drain()
    }

    static func asking(
        mode: SignallingMode = .b2bua, timers: CallTimers = CallTimers(), normalizers: [NormalizerInstance] = [],
        deadline: Duration = LookUp.deadlineDefault
    ) -> EngineBench {
        EngineBench(
            mode: mode, timers: timers, normalizers: normalizers,
            routers: [.of(AskingRouter(deadline: deadline), named: "database")])
    }

    /// What a call's log says of its look-ups.
    func lookUpLines() -> [String] {
        let story = engine.endedStories.last ?? engine.snapshot().first.flatMap { engine.story(of: $0.number) }
        return story?.plan.log.entries.filter { $0.rule == "look-up" }.map(\.description) ?? []
    }
}
