import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// What a leg keeps of its session timer (RFC 4028), and of how a refresh reaches its party.
struct LegSession {
    /// What is agreed on; nil for nothing.
    var timer: SessionTimer?
    /// What the party has asked for in the request that is being answered.
    var terms = SessionTerms()
    /// The largest Min-SE that the party, or a proxy on the way, has named.
    var minimum: UInt32 = 0
    /// Whether the party takes UPDATE; nil while it has not said which methods it takes.
    var allowsUpdate: Bool?
    /// The description that the party got last, byte for byte: a refresh by re-INVITE repeats it. Kept only where there
    /// may be one.
    var description: [UInt8] = []
    var wheelTimer = TimerID.none
    /// The refresh of ours that has no final response yet.
    var refresh: SessionRefresh?
    /// Refreshes that the party has refused since the last that it took.
    var refusals = 0

    /// Most refusals of one refresh before only the end of the session is waited for.
    static let refusalsMax = 8
    /// Most times that one INVITE is sent again with a larger interval.
    static let intervalRaisesMax = 3

    /// Learns from a message which methods its sender takes.
    mutating func note(_ headers: HeaderFields, _ trunk: TrunkContext) {
        guard headers.firstIndex(of: HeaderID.allow) >= 0 else { return }
        allowsUpdate = trunk.profile.acceptsUPDATE && headers.lists(.allow, "UPDATE")
        if allowsUpdate == true { description = [] }
    }

    /// Keeps a description that was sent to the party, where a refresh would repeat it.
    mutating func keep(_ sent: Bytes?, _ trunk: TrunkContext) {
        guard let sent, allowsUpdate != true, trunk.sessionTimer.use != .off else { return }
        description = sent.array
    }
}

/// A refresh of ours on its way.
struct SessionRefresh {
    let transaction: ClientTransactionID
    let method: SIPMethod
    let cseq: UInt32
}

extension HeaderFields {
    /// Writes Session-Expires, and Min-SE where it says more than the 90 s that hold without it.
    mutating func setSession(
        _ interval: UInt32, _ refresher: SessionTerms.Refresher?, minimum: UInt32, _ writer: ValueWriter
    ) {
        writer.start()
        writer.append(decimal: UInt64(interval))
        if let refresher { writer.append(refresher == .uac ? ";refresher=uac" : ";refresher=uas") }
        set(.sessionExpires, writer.bytes)
        if minimum > SessionTimerPolicy.least { setMinimum(minimum, writer) }
    }

    /// Writes Min-SE.
    mutating func setMinimum(_ minimum: UInt32, _ writer: ValueWriter) {
        writer.start()
        writer.append(decimal: UInt64(minimum))
        set(.minSE, writer.bytes)
    }
}
