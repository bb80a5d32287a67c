import SIPDialog
import TandemKit

/// What the configuration of a trunk says of session timers; where it says nothing, the adapter's profile does.
public struct SessionSettings: Hashable, Sendable {
    /// Whether sessions have a timer.
    public enum Use: Hashable, Sendable {
        /// Never.
        case off
        /// When the peer asks for one.
        case accept
        /// Always.
        case require
    }

    /// Whether sessions have a timer.
    public var use: Use?
    /// The interval that we ask for, in seconds.
    public var interval: UInt32?
    /// The least interval that we take, in seconds.
    public var minimum: UInt32?

    /// Joins the parts.
    public init(use: Use? = nil, interval: UInt32? = nil, minimum: UInt32? = nil) {
        self.use = use
        self.interval = interval
        self.minimum = minimum
    }
}

extension SessionSettings {
    fileprivate var policy: SessionTimerPolicy.Use? {
        switch use {
        case .off: .off
        case .accept: .accept
        case .require: .require
        case nil: nil
        }
    }
}

extension SessionTimerPolicy {
    /// What holds for a trunk.
    init(_ settings: SessionSettings, _ profile: GatewayProfile) {
        self.init(
            use: settings.policy ?? (profile.sessionTimer == .offered ? .require : .accept),
            interval: settings.interval ?? UInt32(clamping: profile.sessionExpires),
            minimum: settings.minimum ?? UInt32(clamping: profile.minSE))
    }
}
