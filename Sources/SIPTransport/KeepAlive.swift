import Timing

/// The pings on a connection that we opened (RFC 5626 §4.4.1): a double CRLF, which the peer answers with one.
///
/// A peer that has never answered a ping may not know of them, and is left alone; one that has, and is silent for 10 s after
/// another, is gone.
struct KeepAlive {
    /// How long the peer has for its pong.
    static let patience = TimeInterval.seconds(10)

    private let interval: TimeInterval
    private var quietSince: Timestamp
    private var asked: Timestamp?
    private var hasAnswered = false

    /// Pings after each silence of `interval`.
    init(interval: TimeInterval, now: Timestamp) {
        self.interval = interval
        quietSince = now
    }

    /// When something is to be done, if nothing is heard.
    var deadline: Timestamp {
        if let asked, hasAnswered { return asked + Self.patience }
        return quietSince + interval
    }

    /// Something was read. Returns whether it is the pong that was waited for.
    mutating func heard(isLineEnd: Bool, at now: Timestamp) -> Bool {
        let isPong = isLineEnd && asked != nil
        if isPong { hasAnswered = true }
        asked = nil
        quietSince = now
        return isPong
    }

    /// What the deadline has come for.
    enum Step {
        /// Nothing yet.
        case wait
        /// A ping is to be sent.
        case ping
        /// The peer is gone.
        case dead
    }

    mutating func fire(at now: Timestamp) -> Step {
        guard deadline <= now else { return .wait }
        if asked != nil, hasAnswered { return .dead }
        asked = now
        quietSince = now
        return .ping
    }
}
