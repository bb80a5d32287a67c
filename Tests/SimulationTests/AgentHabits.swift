/// What an agent does beyond RFC 3261, as the seed says.
struct AgentHabits {
    /// What it makes of session timers (RFC 4028).
    enum Session { case none, refreshes, forgets }
    /// What it makes of reliable provisional responses (RFC 3262).
    enum Reliability { case none, acknowledges, forgets }

    var session = Session.none
    var reliability = Reliability.none
    var takesUPDATE = false
    /// Whether it asks for credentials, with nonces that are soon stale.
    var asksForCredentials = false

    /// Whether it transfers calls, and hangs up as soon as that is accepted.
    var transfers = false
    var leavesEarly = false

    /// The least that anybody may insist on: calls here are short.
    static let interval = 90

    init() {}

    init(_ random: inout SeededRandom) {
        session = random.pick([.none, .refreshes, .forgets])
        reliability = random.pick([.none, .acknowledges, .acknowledges, .forgets])
        takesUPDATE = random.chance(percent: 50)
    }

    var allow: String { "INVITE, ACK, BYE, CANCEL, PRACK" + (takesUPDATE ? ", UPDATE" : "") }
}
