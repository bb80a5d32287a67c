/// What becomes of calls that a trunk's peer wants to transfer (RFC 3515, RFC 3891). Whoever may transfer calls may have them
/// sent anywhere its route leads, so a trunk has to be told that its peer may.
public enum TransferPolicy: UInt8, Hashable, Sendable {
    /// REFER gets 405, and an INVITE with Replaces begins a call of its own, as if that were not there.
    case off
    /// We call the new party ourselves and connect it with the one that stays.
    case execute
    /// REFER goes on to the party that stays where that one takes it (`GatewayProfile.acceptsREFER`); else we do it.
    case pass
}
