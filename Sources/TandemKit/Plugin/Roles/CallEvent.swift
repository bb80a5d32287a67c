/// Something that happened to a call.
public struct CallEvent: Hashable, Sendable, Codable {
    /// What happened.
    public enum Kind: Hashable, Sendable, Codable {
        /// A call came in.
        case began(trunk: String, called: PhoneNumber, calling: PhoneNumber?)
        /// A call that was up when an earlier process ended goes on in this one, under its number.
        case recovered(trunk: String, called: PhoneNumber, calling: PhoneNumber?)
        /// A trunk is tried.
        case attempted(trunk: String, attempt: Int)
        /// A provisional response came (180, 183); `hasMedia` when it opens early media.
        case progressed(trunk: String, status: UInt16, hasMedia: Bool)
        /// An attempt failed; another may follow.
        case attemptFailed(trunk: String, failure: Failure)
        /// The call was answered.
        case answered(trunk: String)
        /// One party put the other on hold, or took it back.
        case held(Bool)
        /// The call is over: after an answer with a cause, before one with a failure. `CallEvent.summary` has the rest.
        case ended(Failure)
    }

    /// The number of the call in this process.
    public let call: CallNumber
    /// When, in nanoseconds of the monotonic clock.
    public let nanoseconds: UInt64
    /// When, in nanoseconds since 1970 (UTC).
    public let time: UInt64
    /// What happened.
    public let kind: Kind
    /// The call in whole, when it has ended.
    public let summary: CallSummary?

    /// Joins the parts of an event.
    public init(call: CallNumber, nanoseconds: UInt64, kind: Kind) {
        self.init(call: call, nanoseconds: nanoseconds, time: 0, kind: kind, summary: nil)
    }

    /// Joins the parts of an event, times of both clocks and the summary included.
    public init(call: CallNumber, nanoseconds: UInt64, time: UInt64, kind: Kind, summary: CallSummary?) {
        self.call = call
        self.nanoseconds = nanoseconds
        self.time = time
        self.kind = kind
        self.summary = summary
    }

    /// Reads an event, also of a kit that knew no `time`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        call = try fields.decode(CallNumber.self, forKey: .call)
        nanoseconds = try fields.decode(UInt64.self, forKey: .nanoseconds)
        time = try fields.decodeIfPresent(UInt64.self, forKey: .time) ?? 0
        kind = try fields.decode(Kind.self, forKey: .kind)
        summary = try fields.decodeIfPresent(CallSummary.self, forKey: .summary)
    }
}
