/// The story of one or more calls: their messages on both legs and the decisions between.
public struct TraceReport: Codable, Hashable, Sendable {
    /// The calls, the latest last.
    public var calls: [TracedCall]
    /// Whether older messages have given way in the trace memory, so that the beginning may be missing.
    public var isTruncated: Bool

    /// Joins calls.
    public init(calls: [TracedCall], isTruncated: Bool = false) {
        self.calls = calls
        self.isTruncated = isTruncated
    }
}

extension TraceReport {
    /// The same report with the text of each message changed: to blot out what the configuration holds secret.
    public func messages(changedBy change: (String) -> String) -> TraceReport {
        var report = self
        for call in report.calls.indices {
            for event in report.calls[call].events.indices {
                guard case .message(var message) = report.calls[call].events[event].kind else { continue }
                message.text = change(message.text)
                report.calls[call].events[event].kind = .message(message)
            }
        }
        return report
    }
}

/// One call of a trace.
public struct TracedCall: Codable, Hashable, Sendable {
    /// The call's number, like `0-17`.
    public var call: String
    /// The trunk it came from.
    public var ingress: String
    /// The trunk of the last attempt; nil when there was none.
    public var egress: String?
    /// The caller's number as received.
    public var from: String
    /// The dialled number as received.
    public var to: String
    /// How it stands or how it ended, like `answered` or `503 Service Unavailable`.
    public var outcome: String
    /// When it began, in UTC: `2026-11-22T14:30:01.250Z`.
    public var startedAt: String
    /// What happened, in order.
    public var events: [TraceEvent]

    /// Joins the facts.
    public init(
        call: String, ingress: String, egress: String?, from: String, to: String, outcome: String, startedAt: String,
        events: [TraceEvent]
    ) {
        self.call = call
        self.ingress = ingress
        self.egress = egress
        self.from = from
        self.to = to
        self.outcome = outcome
        self.startedAt = startedAt
        self.events = events
    }
}

/// One thing that happened in a call.
public struct TraceEvent: Hashable, Sendable {
    /// What it was.
    public enum Kind: Hashable, Sendable {
        /// A SIP message.
        case message(TraceMessage)
        /// A decision of a plugin or of the core.
        case decision(TraceDecision)
    }

    /// Microseconds since the call began.
    public var microseconds: Int64
    /// What it was.
    public var kind: Kind

    /// Joins time and kind.
    public init(microseconds: Int64, kind: Kind) {
        self.microseconds = microseconds
        self.kind = kind
    }
}

extension TraceEvent: Codable {
    private enum Key: String, CodingKey {
        case microseconds, message, decision
    }

    /// Reads an event; throws `DecodingError` when it is neither a message nor a decision.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        microseconds = try fields.decode(Int64.self, forKey: .microseconds)
        if let message = try fields.decodeIfPresent(TraceMessage.self, forKey: .message) {
            kind = .message(message)
        } else {
            kind = .decision(try fields.decode(TraceDecision.self, forKey: .decision))
        }
    }

    /// Writes the event: its time, and what it was under a key that names the kind.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(microseconds, forKey: .microseconds)
        switch kind {
        case .message(let message): try fields.encode(message, forKey: .message)
        case .decision(let decision): try fields.encode(decision, forKey: .decision)
        }
    }
}

/// A SIP message as it was on the wire, its secrets blotted out.
public struct TraceMessage: Codable, Hashable, Sendable {
    /// 0 for the caller's side, 1 and up for the attempts in their order.
    public var leg: Int
    /// Whether we sent it.
    public var isOutgoing: Bool
    /// Whether we had sent it before.
    public var isRetransmission: Bool
    /// The trunk, or `?`.
    public var trunk: String
    /// The peer's transport, address and port: `udp 127.0.0.1:5061`.
    public var remote: String
    /// The message, redacted by `MessageRedactor`.
    public var text: String

    /// Joins the facts; redacts `text`.
    public init(
        leg: Int, isOutgoing: Bool, isRetransmission: Bool, trunk: String, remote: String, bytes: some Sequence<UInt8>
    ) {
        self.leg = leg
        self.isOutgoing = isOutgoing
        self.isRetransmission = isRetransmission
        self.trunk = trunk
        self.remote = remote
        text = MessageRedactor.redact(String(decoding: Array(bytes), as: UTF8.self))
    }
}

/// A decision between two messages.
public struct TraceDecision: Codable, Hashable, Sendable {
    /// Who decided: the plugin instance, or `tandem`.
    public var plugin: String
    /// The rule, like `4-digit ext`; empty when there is none.
    public var rule: String
    /// The value before; nil when none was changed.
    public var before: String?
    /// The value after.
    public var after: String?
    /// What came of it, in words.
    public var outcome: String

    /// Joins the facts.
    public init(plugin: String, rule: String = "", before: String? = nil, after: String? = nil, outcome: String = "") {
        self.plugin = plugin
        self.rule = rule
        self.before = before
        self.after = after
        self.outcome = outcome
    }
}
