/// One hop of a call's history: who passed it on, and why (RFC 7044, RFC 5806).
public struct DiversionEntry: Hashable, Sendable, Codable {
    /// Why a call was passed on. The raw value is the `reason` token of RFC 5806.
    public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
        /// Not known.
        case unknown
        /// The user was busy.
        case userBusy = "user-busy"
        /// The user did not answer.
        case noAnswer = "no-answer"
        /// The user could not be reached.
        case unavailable
        /// The user forwards everything.
        case unconditional
        /// By time of day.
        case timeOfDay = "time-of-day"
        /// The user has turned calls away.
        case doNotDisturb = "do-not-disturb"
        /// The user diverted this call by hand.
        case deflection
        /// The user is somewhere else at present.
        case followMe = "follow-me"
        /// The user's device is out of service.
        case outOfService = "out-of-service"
        /// The user is away.
        case away
        /// The call was handed over after the answer.
        case transfer
    }

    /// Who passed the call on.
    public var number: PhoneNumber
    /// The host of that party's URI; empty for ours.
    public var host: String
    /// The display name of that party; nil when none.
    public var displayName: String?
    /// Why.
    public var reason: Reason
    /// Whether that party wants to stay unknown to the callee (`privacy=full`, RFC 5806; `Privacy=history`, RFC 7044).
    public var isPrivate: Bool
    /// How many diversions this entry stands for (RFC 5806 `counter`); 1 for a plain entry.
    public var count: Int

    /// Joins the parts of an entry.
    public init(
        number: PhoneNumber, host: String = "", displayName: String? = nil, reason: Reason = .unknown,
        isPrivate: Bool = false, count: Int = 1
    ) {
        self.number = number
        self.host = host
        self.displayName = displayName
        self.reason = reason
        self.isPrivate = isPrivate
        self.count = count
    }
}
