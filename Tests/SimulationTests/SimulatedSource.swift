import CallControl
import TandemKit
import Timing

/// Asks a source once or twice before it names its trunks; what it can't know refuses the call.
struct AskingRouter: Router {
    var choices: [TrunkChoice] = []
    var count = 1
    init(settings: NoSettings) {}
    init(_ choices: [TrunkChoice], count: Int) {
        self.choices = choices
        self.count = count
    }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        for turn in 0..<count {
            let lookUp = LookUp.http("lcr", path: "/\(turn)", query: ["to": query.called.text])
            guard let finding = query.findings[lookUp] else { return .lookUp(lookUp) }
            if let failure = finding.failure {
                return .reject(Failure(status: 480, diagnostic: .routeRefused, detail: "\(failure)"))
            }
        }
        return .trunks(choices)
    }
}

/// What a node's look-ups are answered by: at once, after a while, too late, twice, or never.
final class SimulatedSource {
    private let network: SimulatedNetwork
    private let journal: Journal
    private var random: SeededRandom
    /// Whether look-ups fail, are lost and come too late.
    private let isFaulty: Bool

    init(network: SimulatedNetwork, journal: Journal, random: SeededRandom, isFaulty: Bool) {
        self.network = network
        self.journal = journal
        self.random = random
        self.isFaulty = isFaulty
    }

    /// Takes a look-up; `reply` is called with what was found, as often as it is found.
    func take(_ command: LookUpCommand, _ reply: @escaping (Finding) -> Void) {
        var finding = Finding.http(HTTPAnswer(status: 200))
        var delays = [random.milliseconds(0...60)]
        if isFaulty {
            switch random.below(10) {
            case 0: delays = []
            case 1: finding = .failed(LookUpFailure(.unreachable, "lcr refuses the connection"))
            case 2: delays = [random.milliseconds(400...2_000)]
            case 3: delays.append(random.milliseconds(0...2_000))
            default: break
            }
        }
        journal.packet("look-up \(command.lookUp): \(finding) after \(delays)", at: network.now)
        for delay in delays { network.after(delay) { reply(finding) } }
    }
}
