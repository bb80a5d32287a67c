/// What would become of a call that nobody places: each rule that is tried, the trunks that are chosen, and what would
/// be sent to each. The answer of `tandem explain`.
public struct Explanation: Codable, Hashable, Sendable {
    /// The trunk that the call comes from.
    public var trunk: String
    /// The dialled number and what became of it.
    public var called: ExplainedNumber
    /// The caller's number and what became of it; nil when the caller is anonymous.
    public var calling: ExplainedNumber?
    /// Every rule tried, in order.
    public var decisions: [TraceDecision]
    /// The trunks that would be tried, in order.
    public var attempts: [ExplainedAttempt]
    /// Why the call would be refused; nil when it would go on.
    public var refusal: String?

    /// Joins the facts.
    public init(
        trunk: String, called: ExplainedNumber, calling: ExplainedNumber?, decisions: [TraceDecision],
        attempts: [ExplainedAttempt], refusal: String?
    ) {
        self.trunk = trunk
        self.called = called
        self.calling = calling
        self.decisions = decisions
        self.attempts = attempts
        self.refusal = refusal
    }
}

/// A number before and after normalization.
public struct ExplainedNumber: Codable, Hashable, Sendable {
    /// As received.
    public var received: String
    /// As routed.
    public var current: String
    /// What kind of number it is now: `E.164`, `extension`, …
    public var kind: String
    /// Each step that changed it.
    public var steps: [TraceDecision]

    /// Joins the facts.
    public init(received: String, current: String, kind: String, steps: [TraceDecision]) {
        self.received = received
        self.current = current
        self.kind = kind
        self.steps = steps
    }
}

/// One trunk that would be tried.
public struct ExplainedAttempt: Codable, Hashable, Sendable {
    /// The trunk's name.
    public var trunk: String
    /// The peer: `udp 192.0.2.7:5060`.
    public var peer: String
    /// The adapter's instance name.
    public var adapter: String?
    /// The number that would be sent there.
    public var called: String
    /// The start line and header fields that would be sent, each one line.
    public var request: [String]
    /// When the next trunk would be tried.
    public var failover: String
    /// Why this trunk would be left out; nil when it would be tried.
    public var problem: String?

    /// Joins the facts.
    public init(
        trunk: String, peer: String, adapter: String?, called: String, request: [String], failover: String,
        problem: String?
    ) {
        self.trunk = trunk
        self.peer = peer
        self.adapter = adapter
        self.called = called
        self.request = request
        self.failover = failover
        self.problem = problem
    }
}
