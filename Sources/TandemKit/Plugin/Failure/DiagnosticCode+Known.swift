extension DiagnosticCode {
    /// Tandem could not go on with the call; the log line of this call names the cause.
    public static var internalError: DiagnosticCode { DiagnosticCode(raw: 10000) }
    /// The message breaks SIP's grammar; the reason phrase says what and where.
    public static var malformedMessage: DiagnosticCode { DiagnosticCode(raw: 10001) }
    /// The trunk's adapter refused the message; its own sentence follows in the log.
    public static var adapterFailed: DiagnosticCode { DiagnosticCode(raw: 10002) }
    /// The next hop answered with a failure; look for the cause at that gateway.
    public static var peerRefused: DiagnosticCode { DiagnosticCode(raw: 10003) }
    /// The next hop sent no ringing and no answer before the progress time-out; check the gateway or raise
    /// progress-timeout.
    public static var noProgress: DiagnosticCode { DiagnosticCode(raw: 10004) }
    /// The next hop answered nothing at all; check that it is up and that its address and port are right.
    public static var noResponse: DiagnosticCode { DiagnosticCode(raw: 10005) }
    /// The connection to the next hop failed or was refused; check address, port and firewall.
    public static var transportFailed: DiagnosticCode { DiagnosticCode(raw: 10006) }
    /// The caller hung up before the call was answered.
    public static var callerCancelled: DiagnosticCode { DiagnosticCode(raw: 10007) }
    /// Nobody answered within the maximum ring time of the trunk.
    public static var ringTimeExceeded: DiagnosticCode { DiagnosticCode(raw: 10008) }
    /// The call reached the maximum duration of the trunk and was ended.
    public static var durationExceeded: DiagnosticCode { DiagnosticCode(raw: 10009) }
    /// The request came back to us; two routes point at each other.
    public static var loopDetected: DiagnosticCode { DiagnosticCode(raw: 10010) }
    /// Max-Forwards reached zero; look for a loop between the servers named in Via.
    public static var tooManyHops: DiagnosticCode { DiagnosticCode(raw: 10011) }
    /// A limit of Tandem was reached; the counter of that limit says which.
    public static var overloaded: DiagnosticCode { DiagnosticCode(raw: 10012) }
    /// Offer and answer have no media in common; compare the codecs and SRTP settings of both trunks.
    public static var mediaNotAcceptable: DiagnosticCode { DiagnosticCode(raw: 10013) }
    /// No media arrived for longer than the trunk allows.
    public static var mediaTimeout: DiagnosticCode { DiagnosticCode(raw: 10014) }
    /// One of the parties hung up.
    public static var normalClearing: DiagnosticCode { DiagnosticCode(raw: 10015) }
    /// An operator ended the call.
    public static var endedByOperator: DiagnosticCode { DiagnosticCode(raw: 10016) }
    /// A plugin wants to keep more than 4096 bytes for one call; the plugin's author has to keep less.
    public static var stateTooLarge: DiagnosticCode { DiagnosticCode(raw: 10017) }
    /// The method is not served on this trunk.
    public static var methodNotSupported: DiagnosticCode { DiagnosticCode(raw: 10018) }
    /// The request requires a SIP extension that is not supported; the Unsupported header field names it.
    public static var extensionNotSupported: DiagnosticCode { DiagnosticCode(raw: 10019) }
    /// The request belongs to a call that does not exist here, or no longer.
    public static var noSuchDialog: DiagnosticCode { DiagnosticCode(raw: 10020) }
    /// The peer stopped answering inside the call, so the call was ended.
    public static var timedOutInDialog: DiagnosticCode { DiagnosticCode(raw: 10021) }
    /// The media relay did not take the call or lost it; tandem relay shows whether it is up and has ports.
    public static var mediaRelayFailed: DiagnosticCode { DiagnosticCode(raw: 10022) }
    /// The call was being set up when Tandem's process ended unexpectedly; the log of that process says why.
    public static var lostInCrash: DiagnosticCode { DiagnosticCode(raw: 10023) }
    /// The call was up when Tandem's process ended unexpectedly, and could not be taken up again; the log says why.
    public static var notRecovered: DiagnosticCode { DiagnosticCode(raw: 10024) }
    /// A plugin that runs in a process of its own did not answer; tandem plugins says why.
    public static var pluginAway: DiagnosticCode { DiagnosticCode(raw: 10030) }
    /// A plugin asks for more look-ups than a call may have, or for one that was answered; its author has to change it.
    public static var lookUpRefused: DiagnosticCode { DiagnosticCode(raw: 10040) }
    /// A party did not refresh its session in time: it is gone, or can't be reached any more.
    public static var sessionExpired: DiagnosticCode { DiagnosticCode(raw: 10050) }
    /// The session interval asked for is smaller than the trunk takes; ask for more, or lower min-session-expires.
    public static var intervalTooSmall: DiagnosticCode { DiagnosticCode(raw: 10051) }
    /// A party wants to transfer the call where that can't be now; tandem trace says why.
    public static var transferRefused: DiagnosticCode { DiagnosticCode(raw: 10060) }
    /// The peer wants credentials that the trunk lacks, or refuses those that it has; check user, password and realm.
    public static var authenticationFailed: DiagnosticCode { DiagnosticCode(raw: 10070) }
    /// Every trunk of the route failed or is down; tandem trunks shows each with its reason.
    public static var noTrunkAvailable: DiagnosticCode { DiagnosticCode(raw: 12000) }
    /// The caller's policy holds no route that may be used.
    public static var noUsage: DiagnosticCode { DiagnosticCode(raw: 12001) }
    /// The called number can't be routed in its present form; tandem explain shows the rules that saw it.
    public static var invalidNumber: DiagnosticCode { DiagnosticCode(raw: 12002) }
    /// No route matches the called number; tandem explain shows the patterns that were tried.
    public static var noRoute: DiagnosticCode { DiagnosticCode(raw: 12004) }
    /// The attempt failed and the call moved on to the next trunk of its route.
    public static var tryingNextTrunk: DiagnosticCode { DiagnosticCode(raw: 12006) }
    /// The router named a trunk that does not exist; correct the name in its settings.
    public static var unknownTrunk: DiagnosticCode { DiagnosticCode(raw: 12100) }
    /// A routing rule refuses this call.
    public static var routeRefused: DiagnosticCode { DiagnosticCode(raw: 12101) }
    /// The request came from an address that belongs to no trunk; add it to a trunk's sources if it should.
    public static var unknownSource: DiagnosticCode { DiagnosticCode(raw: 13000) }
    /// The trunk takes no new calls at present.
    public static var trunkClosed: DiagnosticCode { DiagnosticCode(raw: 13001) }
    /// The file of a plugin that the trunk needs is gone from the plugin folder; put it back.
    public static var pluginGone: DiagnosticCode { DiagnosticCode(raw: 13002) }
    /// The Request-URI names a domain that is not served here.
    public static var domainNotServed: DiagnosticCode { DiagnosticCode(raw: 13003) }
    /// The trunk is not registered, so it can't be called; tandem trunks shows why.
    public static var notRegistered: DiagnosticCode { DiagnosticCode(raw: 13004) }
    /// A normalizer could not treat the number; tandem trace names rule and cause.
    public static var normalizationFailed: DiagnosticCode { DiagnosticCode(raw: 14000) }
    /// No rule of the dial plan matches the number.
    public static var noNormalizationRule: DiagnosticCode { DiagnosticCode(raw: 14001) }
    /// A pattern of the dial plan needs too many steps on this number; rewrite the pattern named in the log.
    public static var matchLimitExceeded: DiagnosticCode { DiagnosticCode(raw: 14002) }

    /// Every code of Tandem's own with its sentence.
    public static let sentences: [UInt32: String] = [
        10000: "Tandem could not go on with the call; the log line of this call names the cause.",
        10001: "The message breaks SIP's grammar; the reason phrase says what and where.",
        10002: "The trunk's adapter refused the message; its own sentence follows in the log.",
        10003: "The next hop answered with a failure; look for the cause at that gateway.",
        10004:
            "The next hop sent no ringing and no answer before the progress time-out; check the "
            + "gateway or raise progress-timeout.",
        10005: "The next hop answered nothing at all; check that it is up and that its address and port are right.",
        10006: "The connection to the next hop failed or was refused; check address, port and firewall.",
        10007: "The caller hung up before the call was answered.",
        10008: "Nobody answered within the maximum ring time of the trunk.",
        10009: "The call reached the maximum duration of the trunk and was ended.",
        10010: "The request came back to us; two routes point at each other.",
        10011: "Max-Forwards reached zero; look for a loop between the servers named in Via.",
        10012: "A limit of Tandem was reached; the counter of that limit says which.",
        10013: "Offer and answer have no media in common; compare the codecs and SRTP settings of both trunks.",
        10014: "No media arrived for longer than the trunk allows.",
        10015: "One of the parties hung up.",
        10016: "An operator ended the call.",
        10017: "A plugin wants to keep more than 4096 bytes for one call; the plugin's author has to keep less.",
        10018: "The method is not served on this trunk.",
        10019: "The request requires a SIP extension that is not supported; the Unsupported header field names it.",
        10020: "The request belongs to a call that does not exist here, or no longer.",
        10021: "The peer stopped answering inside the call, so the call was ended.",
        10022: "The media relay did not take the call or lost it; tandem relay shows whether it is up and has ports.",
        10023:
            "The call was being set up when Tandem's process ended unexpectedly; the log of that process says why.",
        10024:
            "The call was up when Tandem's process ended unexpectedly, and could not be taken up again; the log says "
            + "why.",
        10030: "A plugin that runs in a process of its own did not answer; tandem plugins says why.",
        10040:
            "A plugin asks for more look-ups than a call may have, or for one that was answered; its author has to "
            + "change it.",
        10050: "A party did not refresh its session in time: it is gone, or can't be reached any more.",
        10051:
            "The session interval asked for is smaller than the trunk takes; ask for more, or lower "
            + "min-session-expires.",
        10060: "A party wants to transfer the call where that can't be now; tandem trace says why.",
        10070:
            "The peer wants credentials that the trunk lacks, or refuses those that it has; check user, password and "
            + "realm.",
        12000: "Every trunk of the route failed or is down; tandem trunks shows each with its reason.",
        12001: "The caller's policy holds no route that may be used.",
        12002: "The called number can't be routed in its present form; tandem explain shows the rules that saw it.",
        12004: "No route matches the called number; tandem explain shows the patterns that were tried.",
        12006: "The attempt failed and the call moved on to the next trunk of its route.",
        12100: "The router named a trunk that does not exist; correct the name in its settings.",
        12101: "A routing rule refuses this call.",
        13000: "The request came from an address that belongs to no trunk; add it to a trunk's sources if it should.",
        13001: "The trunk takes no new calls at present.",
        13002: "The file of a plugin that the trunk needs is gone from the plugin folder; put it back.",
        13003: "The Request-URI names a domain that is not served here.",
        13004: "The trunk is not registered, so it can't be called; tandem trunks shows why.",
        14000: "A normalizer could not treat the number; tandem trace names rule and cause.",
        14001: "No rule of the dial plan matches the number.",
        14002: "A pattern of the dial plan needs too many steps on this number; rewrite the pattern named in the log.",
    ]
}
