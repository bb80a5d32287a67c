/// A request method known by a number; `other` stands for every method that Tandem has no rule for, whose name is in
/// `methodBytes` of the message.
@frozen public struct SIPMethod: Hashable, Sendable, CustomStringConvertible {
    /// The number that stands for this method in memory; no wire form.
    public let raw: UInt8

    /// Wraps a stored number. Use the named constants.
    @inlinable public init(raw: UInt8) { self.raw = raw }

    /// Whether both are the same method, or both `other`.
    @inlinable public static func == (left: SIPMethod, right: SIPMethod) -> Bool { left.raw == right.raw }

    /// Any method not named here.
    @inlinable public static var other: SIPMethod { SIPMethod(raw: 0) }
    /// Sets up a session (RFC 3261 §13).
    @inlinable public static var invite: SIPMethod { SIPMethod(raw: 1) }
    /// Confirms the final response to an INVITE (RFC 3261 §13.2.2.4).
    @inlinable public static var ack: SIPMethod { SIPMethod(raw: 2) }
    /// Ends a session (RFC 3261 §15).
    @inlinable public static var bye: SIPMethod { SIPMethod(raw: 3) }
    /// Gives up a pending request (RFC 3261 §9).
    @inlinable public static var cancel: SIPMethod { SIPMethod(raw: 4) }
    /// Asks for capabilities (RFC 3261 §11).
    @inlinable public static var options: SIPMethod { SIPMethod(raw: 5) }
    /// Binds an address of record to a contact (RFC 3261 §10).
    @inlinable public static var register: SIPMethod { SIPMethod(raw: 6) }
    /// Acknowledges a provisional response (RFC 3262).
    @inlinable public static var prack: SIPMethod { SIPMethod(raw: 7) }
    /// Asks for events (RFC 6665).
    @inlinable public static var subscribe: SIPMethod { SIPMethod(raw: 8) }
    /// Brings an event (RFC 6665).
    @inlinable public static var notify: SIPMethod { SIPMethod(raw: 9) }
    /// Publishes event state (RFC 3903).
    @inlinable public static var publish: SIPMethod { SIPMethod(raw: 10) }
    /// Carries application data within a session (RFC 6086).
    @inlinable public static var info: SIPMethod { SIPMethod(raw: 11) }
    /// Asks the peer to contact a third party (RFC 3515).
    @inlinable public static var refer: SIPMethod { SIPMethod(raw: 12) }
    /// An instant message (RFC 3428).
    @inlinable public static var message: SIPMethod { SIPMethod(raw: 13) }
    /// Changes a session without a new INVITE (RFC 3311).
    @inlinable public static var update: SIPMethod { SIPMethod(raw: 14) }

    /// The method of a token, `other` when it has no number. Methods are case-sensitive (RFC 3261 §7.1).
    public init(_ token: Bytes) {
        guard token.count >= 3, token.count <= 9 else {
            self = .other
            return
        }
        if token.count == 9 {
            self = token.equals("SUBSCRIBE") ? .subscribe : .other
            return
        }
        switch Words.exact(token) {
        case Words.exact("INVITE"): self = .invite
        case Words.exact("ACK"): self = .ack
        case Words.exact("BYE"): self = .bye
        case Words.exact("CANCEL"): self = .cancel
        case Words.exact("OPTIONS"): self = .options
        case Words.exact("REGISTER"): self = .register
        case Words.exact("PRACK"): self = .prack
        case Words.exact("NOTIFY"): self = .notify
        case Words.exact("PUBLISH"): self = .publish
        case Words.exact("INFO"): self = .info
        case Words.exact("REFER"): self = .refer
        case Words.exact("MESSAGE"): self = .message
        case Words.exact("UPDATE"): self = .update
        default: self = .other
        }
    }

    /// The name on the wire; empty for `other`.
    public var name: StaticString {
        switch raw {
        case 1: "INVITE"
        case 2: "ACK"
        case 3: "BYE"
        case 4: "CANCEL"
        case 5: "OPTIONS"
        case 6: "REGISTER"
        case 7: "PRACK"
        case 8: "SUBSCRIBE"
        case 9: "NOTIFY"
        case 10: "PUBLISH"
        case 11: "INFO"
        case 12: "REFER"
        case 13: "MESSAGE"
        case 14: "UPDATE"
        default: ""
        }
    }

    /// The name on the wire, or `(other)`.
    public var description: String { raw == 0 ? "(other)" : "\(name)" }
}
