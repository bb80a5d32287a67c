public import Timing

/// Who of a call's parties is silent, and for how long that may be (direct-sip.md F50).
///
/// A party is dead when neither RTP nor RTCP has come from it for its trunk's `timeout`, on a trunk whose peer is said to
/// send RTCP in the state the call is in: active, or held. While held, a party that hears music is not asked for anything.
public struct MediaWatch: Sendable {
    /// After how long the relay tells of a silence, unless the configuration says otherwise.
    public static let silence = TimeInterval.seconds(30)

    /// Bit M: nothing comes for media M.
    private struct Silence: Sendable {
        var rtp: UInt8 = 0
        var rtcp: UInt8 = 0
    }

    private var caller = Silence()
    private var callee = Silence()
    /// Bit M: media M was offered and accepted.
    private(set) var media: UInt8 = 0
    /// Whether one party holds the other.
    private(set) var isHeld = false
    var timer = TimerID.none

    /// Takes down which media there are and whether they are held.
    mutating func describe(media: UInt8, isHeld: Bool) {
        self.media = media
        self.isHeld = isHeld
    }

    /// Takes down that a party has fallen silent or is heard again.
    mutating func note(_ party: MediaParty, media: Int, isControl: Bool, isSilent: Bool) {
        let bit = UInt8(1) << UInt8(media & 7)
        func change(_ silence: inout Silence) {
            if isControl {
                silence.rtcp = isSilent ? silence.rtcp | bit : silence.rtcp & ~bit
            } else {
                silence.rtp = isSilent ? silence.rtp | bit : silence.rtp & ~bit
            }
        }
        if party == .caller { change(&caller) } else { change(&callee) }
    }

    /// Whether a party is silent where it ought not to be.
    func isDead(_ party: MediaParty, _ trunk: TrunkMedia) -> Bool {
        guard media != 0, trunk.timeout.nanoseconds > 0 else { return false }
        guard isHeld ? trunk.sendsRTCPOnHold : trunk.sendsRTCPWhenActive else { return false }
        let own = party == .caller ? caller : callee
        let other = party == .caller ? callee : caller
        guard own.rtp & media == media, own.rtcp & media == media else { return false }
        return !isHeld || other.rtp & media == media  // else music is played to it
    }
}
