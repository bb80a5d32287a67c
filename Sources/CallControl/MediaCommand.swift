public import TandemKit

/// The two parties of a call, as the media relay knows them.
@frozen public enum MediaParty: UInt8, Hashable, Sendable {
    /// Whose INVITE began the call.
    case caller
    /// Whoever was called.
    case callee

    /// The other one.
    public var other: MediaParty { self == .caller ? .callee : .caller }
}

/// The media of one attempt of a call, as the engine and the relay name them.
public struct MediaSession: Hashable, Sendable {
    /// The call.
    public let call: CallNumber
    /// The call's place and generation in its engine.
    public let handle: UInt64
    /// The attempt, from 1.
    public let attempt: Int

    /// Joins the parts.
    public init(call: CallNumber, handle: UInt64, attempt: Int) {
        self.call = call
        self.handle = handle
        self.attempt = attempt
    }
}

/// What a call wants of the media relay. The shell sends it, in order, and gives back the outcome of each offer and
/// answer by `CallEngine.receive(_:for:at:)`: the call waits for it.
public struct MediaCommand {
    /// What is wanted.
    public enum Action {
        /// A party offers; what the other party is to see comes back.
        case offer(MediaParty, [UInt8])
        /// A party answers; what the offer's writer is to see comes back.
        case answer(MediaParty, [UInt8])
        /// The last offer was refused: all is as before it. Nothing comes back.
        case rollback
        /// The media have ended. Nothing comes back.
        case delete
    }

    /// Whose media.
    public let session: MediaSession
    /// What is wanted.
    public let action: Action
    /// The trunk of the caller, and where its signalling comes from.
    public let caller: (trunk: TrunkContext, address: IPAddress)
    /// The trunk of the callee, and where its signalling comes from.
    public let callee: (trunk: TrunkContext, address: IPAddress)
}

/// What became of an offer or an answer at the media relay.
public enum MediaOutcome: Hashable, Sendable {
    /// The description that the other side is to see.
    case description([UInt8])
    /// The relay can't read the description, or it does not fit the offer: whoever wrote it has to write another.
    case unacceptable(String)
    /// The relay can't serve the call now: it has no ports, is being drained, or is away.
    case unavailable(String)
}

/// What happened to a call's media by itself.
@frozen public enum MediaEvent: Hashable, Sendable {
    /// Nothing came from a party for `EngineConfiguration.silence`: no RTP, or no RTCP, of one of its media. Party 0 wrote the
    /// session's first offer.
    case silent(party: Int, media: Int, isControl: Bool)
    /// A silent party is heard again.
    case heardAgain(party: Int, media: Int, isControl: Bool)
    /// The relay has the session no longer.
    case gone
}
