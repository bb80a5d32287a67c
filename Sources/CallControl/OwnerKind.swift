import SIPTransaction

/// What a transaction or timer of the engine belongs to, as it comes back with each of their events.
///
/// The first word of the token is the handle of a call or a response context (place and generation), the second the
/// kind in its upper byte and an index below.
enum OwnerKind: UInt8 {
    /// Nothing; a stateless answer.
    case none = 0
    /// An attempt of a call; the index is the attempt's.
    case attempt
    /// An in-dialog request relayed by a call; the index is the exchange's serial number.
    case exchange
    /// A BYE of ours; the index is 0 for the caller's leg, else the serial number of the leg.
    case bye
    /// The INVITE that began a call, as server transaction.
    case invite
    /// A branch of a proxied request; the index is the branch's.
    case branch
    /// A proxied request, as server transaction.
    case proxied
    /// An OPTIONS probe; the first word is the trunk's probe, the index is the request's CSeq.
    case probe
    /// A session refresh of ours; the index is the leg's serial number.
    case refresh
    /// A PRACK of ours; the index is the leg's serial number.
    case prack
    /// A re-INVITE of ours for a transfer; the index is the leg's serial number.
    case transfer
    /// A NOTIFY of ours; the index is the leg's serial number.
    case notify
    /// A request inside a subscription; the first word is the subscription's serial number, the index the request's.
    case subscription
    /// A BYE for an answer whose call is gone.
    case orphan
    /// A REGISTER of ours; the first word is the trunk's registration.
    case registration

    /// Timer: nobody answers for too long.
    case ringTimer
    /// Timer: the call lasts too long.
    case durationTimer
    /// Timer: an attempt has no response at all.
    case firstResponseTimer
    /// Timer: an attempt makes no progress.
    case progressTimer
    /// Timer: a 2xx of ours isn't acknowledged yet; the index is the leg's serial number.
    case answerTimer
    /// Timer: a party sends no media for too long.
    case mediaTimer
    /// Timer: what a call's plan waits for has not been found.
    case lookUpTimer
    /// Timer: the same of a proxied request's.
    case proxiedLookUpTimer
    /// Timer C of a branch.
    case branchTimer
    /// Timer: a trunk's next probe.
    case probeTimer
    /// Timer: a leg's session is to be refreshed, or is over; the index is the leg's serial number.
    case sessionTimer
    /// Timer: a reliable provisional response isn't acknowledged yet; the index is the leg's serial number.
    case provisionalTimer
    /// Timer: the party that a transfer calls rings too long, or the one that stays is to be asked again.
    case transferTimer
    /// Timer: a party that has transferred its call does not hang up; the index is the leg's serial number.
    case departureTimer
    /// Timer: a subscription was not refreshed; the first word is its serial number.
    case subscriptionTimer
    /// Timer: a trunk's next REGISTER.
    case registrationTimer

    func token(_ handle: UInt64, _ index: Int = 0) -> OwnerToken {
        OwnerToken(handle, UInt64(rawValue) << 56 | UInt64(index))
    }

    func payload(_ handle: UInt64, _ index: Int = 0) -> (UInt64, UInt64) {
        (handle, UInt64(rawValue) << 56 | UInt64(index))
    }

    /// Takes the second word apart.
    static func read(_ word: UInt64) -> (kind: OwnerKind, index: Int) {
        (OwnerKind(rawValue: UInt8(truncatingIfNeeded: word >> 56)) ?? .none, Int(word & 0xFF_FFFF_FFFF_FFFF))
    }
}
