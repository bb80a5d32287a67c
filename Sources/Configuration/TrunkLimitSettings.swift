/// How many calls a trunk takes; nil for as many as come.
public struct TrunkLimitSettings: Hashable, Sendable {
    /// Most calls at a time, from the trunk and to it together.
    public let maxCalls: Int?
    /// Most calls that begin in a second, likewise.
    public let callsPerSecond: Int?

    /// Most requests outside of dialogs that come from one source in a second.
    public let requestsPerSource: Int?

    init(_ section: SectionReader) {
        maxCalls = section.numberIfPresent("max-calls")?.value
        callsPerSecond = section.numberIfPresent("calls-per-second")?.value
        requestsPerSource = section.numberIfPresent("requests-per-source")?.value
    }

    static let keys = [
        ConfigurationKey(
            path: "trunks.*.max-calls", form: .number(1...1_000_000), standard: "no limit",
            help:
                "The most calls at a time, from the trunk and to it together. One more from it gets 503 with Retry-After; one more to "
                + "it goes to the next trunk of its route. A proxied call counts until it is answered."),
        ConfigurationKey(
            path: "trunks.*.calls-per-second", form: .number(1...100_000), standard: "no limit",
            help:
                "The most calls that begin in a second, from the trunk and to it together; what comes beyond is treated likewise."
        ),
        ConfigurationKey(
            path: "trunks.*.requests-per-source", form: .number(1...100_000), standard: "no limit",
            help:
                "The most requests outside of calls (INVITE, OPTIONS, REGISTER and the like) that one address of the trunk, or one "
                + "IPv6 network of 64 bits, may send in a second; one more gets 503 with Retry-After."),
    ]
}
