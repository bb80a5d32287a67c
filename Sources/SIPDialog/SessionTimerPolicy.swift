/// What we want of the session timer with one peer, and what we answer to what it wants (RFC 4028 §7–§9).
public struct SessionTimerPolicy: Hashable, Sendable {
    /// Whether sessions have a timer.
    @frozen public enum Use: UInt8, Hashable, Sendable {
        /// None: as if we did not know the extension.
        case off
        /// When the peer asks for one.
        case accept
        /// Always. A peer that does not know the extension gets refreshes from us, and is known to be dead when it
        /// answers none.
        case require
    }

    /// The least interval that RFC 4028 §5 allows anybody to insist on, in seconds.
    public static let least: UInt32 = 90

    /// Whether sessions have a timer.
    public var use: Use
    /// The interval that we ask for, in seconds.
    public var interval: UInt32
    /// The least interval that we take, in seconds: a smaller one gets 422.
    public var minimum: UInt32

    /// Joins the parts; the interval is never below the minimum.
    public init(use: Use = .accept, interval: UInt32 = 1800, minimum: UInt32 = SessionTimerPolicy.least) {
        self.use = use
        self.minimum = max(minimum, Self.least)
        self.interval = max(interval, self.minimum)
    }

    /// The Min-SE with which a request is to be refused by 422; nil when it may go on. A sender that does not know the
    /// extension is never refused: it could do nothing about it (§9).
    public func refusal(of terms: SessionTerms) -> UInt32? {
        guard use != .off, terms.isSupported, let interval = terms.interval, interval < minimum else { return nil }
        return minimum
    }

    /// What the 2xx to a request says: the interval and who refreshes; nil for no session timer (§9, table 2).
    ///
    /// Who asked for the timer and left open who refreshes, does so itself; where only we want it, we do.
    public func answer(to terms: SessionTerms) -> (interval: UInt32, refresher: SessionTerms.Refresher)? {
        guard use != .off else { return nil }
        let floor = max(terms.minimum, Self.least)
        guard let asked = terms.interval else {
            return use == .require ? (max(interval, floor), .uas) : nil
        }
        // It may be made smaller, but not below what the sender, or a proxy, can do with.
        let granted = use == .require && interval < asked ? min(asked, max(interval, floor)) : asked
        return (granted, terms.isSupported ? terms.refresher ?? .uac : .uas)
    }

    /// What a request of ours asks for (§7.1, §7.4); nil for nothing.
    ///
    /// - Parameters:
    ///   - timer: What is agreed in the dialog; nil for nothing, or outside of one.
    ///   - minimum: The largest Min-SE heard of.
    public func offer(
        keeping timer: SessionTimer?, minimum: UInt32
    ) -> (interval: UInt32, refresher: SessionTerms.Refresher?)? {
        if let timer { return (max(timer.interval, minimum), timer.isRefresher ? .uac : .uas) }
        return use == .require ? (max(interval, minimum), nil) : nil
    }

    /// What the 2xx to a request of ours has agreed on; nil for no session timer (§7.2).
    public func agreement(
        in response: SessionTerms, minimum: UInt32
    ) -> (interval: UInt32, isRefresher: Bool)? {
        guard use != .off else { return nil }
        // Without `refresher`, which the RFC forbids, nobody would refresh: we do.
        if let interval = response.interval { return (interval, response.refresher != .uas) }
        return use == .require ? (max(interval, minimum), true) : nil
    }
}
