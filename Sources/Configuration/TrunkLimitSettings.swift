/// How many calls a trunk takes; nil for as many as come.
public struct TrunkLimitSettings: Hashable, Sendable {
    /// Most calls at a time, from the trunk and to it together.
    public let maxCalls: Int?
    /// Most calls that begin in a second, likewise.
    public let callsPerSecond: Int?

    init(_ section: SectionReader) {
        maxCalls = section.numberIfPresent("max-calls")?.value
        callsPerSecond = section.numberIfPresent("calls-per-second")?.value
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
    ]
}
