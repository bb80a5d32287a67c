/// A header field known by a number; `other` stands for every field that has none, told apart by its name.
@frozen public struct HeaderID: Hashable, Sendable {
    /// The number that stands for this field in memory; no wire form.
    public let raw: UInt8

    /// Wraps a stored number. Use the named constants.
    @inlinable public init(raw: UInt8) { self.raw = raw }

    /// The field of a name in any case, or of a compact form; `other` when it has no number.
    public init(_ name: Bytes) { self = HeaderNameTable.shared.id(of: name) }

    /// The name as the RFC writes it; empty for `other`.
    public var name: StaticString { HeaderID.spelling(of: raw).name }

    /// The compact form (RFC 3261 §7.3.3); empty when the field has none.
    public var compactName: StaticString { HeaderID.spelling(of: raw).compact }

    /// Whether a message has at most one such field, so that a second one makes it malformed.
    @inlinable var isSingle: Bool { raw &- 1 < 6 }

    /// Whether both are the same field, or both `other`.
    @inlinable public static func == (left: HeaderID, right: HeaderID) -> Bool { left.raw == right.raw }

    /// Any field not named here.
    @inlinable public static var other: HeaderID { HeaderID(raw: 0) }
    /// `Call-ID`. The dialog identifier that all messages of a call share (RFC 3261 §20.8).
    @inlinable public static var callID: HeaderID { HeaderID(raw: 1) }
    /// `CSeq`. The number of a request within its dialog (RFC 3261 §20.16).
    @inlinable public static var cseq: HeaderID { HeaderID(raw: 2) }
    /// `From`. The sender (RFC 3261 §20.20).
    @inlinable public static var from: HeaderID { HeaderID(raw: 3) }
    /// `To`. The receiver (RFC 3261 §20.39).
    @inlinable public static var to: HeaderID { HeaderID(raw: 4) }
    /// `Max-Forwards`. How many hops a request may still take (RFC 3261 §20.22).
    @inlinable public static var maxForwards: HeaderID { HeaderID(raw: 5) }
    /// `Content-Length`. The size of the body (RFC 3261 §20.14).
    @inlinable public static var contentLength: HeaderID { HeaderID(raw: 6) }
    /// `Content-Type`. The media type of the body (RFC 3261 §20.15).
    @inlinable public static var contentType: HeaderID { HeaderID(raw: 7) }
    /// `Via`. The path of a request (RFC 3261 §20.42).
    @inlinable public static var via: HeaderID { HeaderID(raw: 8) }
    /// `Contact`. Where the sender can be reached directly (RFC 3261 §20.10).
    @inlinable public static var contact: HeaderID { HeaderID(raw: 9) }
    /// `Route`. Proxies to visit (RFC 3261 §20.34).
    @inlinable public static var route: HeaderID { HeaderID(raw: 10) }
    /// `Record-Route`. Proxies that stay in the path (RFC 3261 §20.30).
    @inlinable public static var recordRoute: HeaderID { HeaderID(raw: 11) }
    /// `Expires`. A lifetime in seconds (RFC 3261 §20.19).
    @inlinable public static var expires: HeaderID { HeaderID(raw: 12) }
    /// `Min-Expires`. The least lifetime accepted (RFC 3261 §20.23).
    @inlinable public static var minExpires: HeaderID { HeaderID(raw: 13) }
    /// `Allow`. Methods supported (RFC 3261 §20.5).
    @inlinable public static var allow: HeaderID { HeaderID(raw: 14) }
    /// `Supported`. Extensions supported (RFC 3261 §20.37).
    @inlinable public static var supported: HeaderID { HeaderID(raw: 15) }
    /// `Require`. Extensions that the receiver must support (RFC 3261 §20.32).
    @inlinable public static var require: HeaderID { HeaderID(raw: 16) }
    /// `Proxy-Require`. Extensions that a proxy must support (RFC 3261 §20.29).
    @inlinable public static var proxyRequire: HeaderID { HeaderID(raw: 17) }
    /// `Unsupported`. Extensions refused (RFC 3261 §20.40).
    @inlinable public static var unsupported: HeaderID { HeaderID(raw: 18) }
    /// `Accept`. Body types accepted (RFC 3261 §20.1).
    @inlinable public static var accept: HeaderID { HeaderID(raw: 19) }
    /// `Accept-Encoding`. Body encodings accepted (RFC 3261 §20.2).
    @inlinable public static var acceptEncoding: HeaderID { HeaderID(raw: 20) }
    /// `Accept-Language`. Languages accepted (RFC 3261 §20.3).
    @inlinable public static var acceptLanguage: HeaderID { HeaderID(raw: 21) }
    /// `Alert-Info`. An alternative ring tone (RFC 3261 §20.4).
    @inlinable public static var alertInfo: HeaderID { HeaderID(raw: 22) }
    /// `Call-Info`. Things to know about a party (RFC 3261 §20.9).
    @inlinable public static var callInfo: HeaderID { HeaderID(raw: 23) }
    /// `Error-Info`. More about an error (RFC 3261 §20.18).
    @inlinable public static var errorInfo: HeaderID { HeaderID(raw: 24) }
    /// `Content-Disposition`. How to interpret the body (RFC 3261 §20.11).
    @inlinable public static var contentDisposition: HeaderID { HeaderID(raw: 25) }
    /// `Content-Encoding`. How the body is coded (RFC 3261 §20.12).
    @inlinable public static var contentEncoding: HeaderID { HeaderID(raw: 26) }
    /// `Content-Language`. The language of the body (RFC 3261 §20.13).
    @inlinable public static var contentLanguage: HeaderID { HeaderID(raw: 27) }
    /// `MIME-Version`. The MIME version (RFC 3261 §20.24).
    @inlinable public static var mimeVersion: HeaderID { HeaderID(raw: 28) }
    /// `Date`. When the message was first sent (RFC 3261 §20.17).
    @inlinable public static var date: HeaderID { HeaderID(raw: 29) }
    /// `Timestamp`. When the request was sent, for round-trip estimates (RFC 3261 §20.38).
    @inlinable public static var timestamp: HeaderID { HeaderID(raw: 30) }
    /// `In-Reply-To`. Call-IDs that a call refers to (RFC 3261 §20.21).
    @inlinable public static var inReplyTo: HeaderID { HeaderID(raw: 31) }
    /// `Organization`. The sender's organization (RFC 3261 §20.25).
    @inlinable public static var organization: HeaderID { HeaderID(raw: 32) }
    /// `Priority`. The urgency as the client sees it (RFC 3261 §20.26).
    @inlinable public static var priority: HeaderID { HeaderID(raw: 33) }
    /// `Reply-To`. A logical return address (RFC 3261 §20.31).
    @inlinable public static var replyTo: HeaderID { HeaderID(raw: 34) }
    /// `Retry-After`. When to try again (RFC 3261 §20.33).
    @inlinable public static var retryAfter: HeaderID { HeaderID(raw: 35) }
    /// `Server`. The software of a UAS (RFC 3261 §20.35).
    @inlinable public static var server: HeaderID { HeaderID(raw: 36) }
    /// `Subject`. The topic of a call (RFC 3261 §20.36).
    @inlinable public static var subject: HeaderID { HeaderID(raw: 37) }
    /// `User-Agent`. The software of a UAC (RFC 3261 §20.41).
    @inlinable public static var userAgent: HeaderID { HeaderID(raw: 38) }
    /// `Warning`. More about a response (RFC 3261 §20.43).
    @inlinable public static var warning: HeaderID { HeaderID(raw: 39) }
    /// `Authorization`. Credentials for a UAS (RFC 3261 §20.7).
    @inlinable public static var authorization: HeaderID { HeaderID(raw: 40) }
    /// `Proxy-Authorization`. Credentials for a proxy (RFC 3261 §20.28).
    @inlinable public static var proxyAuthorization: HeaderID { HeaderID(raw: 41) }
    /// `WWW-Authenticate`. The challenge of a UAS (RFC 3261 §20.44).
    @inlinable public static var wwwAuthenticate: HeaderID { HeaderID(raw: 42) }
    /// `Proxy-Authenticate`. The challenge of a proxy (RFC 3261 §20.27).
    @inlinable public static var proxyAuthenticate: HeaderID { HeaderID(raw: 43) }
    /// `Authentication-Info`. Mutual authentication (RFC 3261 §20.6).
    @inlinable public static var authenticationInfo: HeaderID { HeaderID(raw: 44) }
    /// `Reason`. Why a request was sent (RFC 3326).
    @inlinable public static var reason: HeaderID { HeaderID(raw: 45) }
    /// `Session-Expires`. The session interval (RFC 4028 §4).
    @inlinable public static var sessionExpires: HeaderID { HeaderID(raw: 46) }
    /// `Min-SE`. The least session interval (RFC 4028 §5).
    @inlinable public static var minSE: HeaderID { HeaderID(raw: 47) }
    /// `RSeq`. The number of a reliable provisional response (RFC 3262 §7.1).
    @inlinable public static var rSeq: HeaderID { HeaderID(raw: 48) }
    /// `RAck`. What a PRACK acknowledges (RFC 3262 §7.2).
    @inlinable public static var rAck: HeaderID { HeaderID(raw: 49) }
    /// `Event`. The event package (RFC 6665 §8.2.1).
    @inlinable public static var event: HeaderID { HeaderID(raw: 50) }
    /// `Allow-Events`. Event packages supported (RFC 6665 §8.2.2).
    @inlinable public static var allowEvents: HeaderID { HeaderID(raw: 51) }
    /// `Subscription-State`. The state of a subscription (RFC 6665 §8.2.3).
    @inlinable public static var subscriptionState: HeaderID { HeaderID(raw: 52) }
    /// `Refer-To`. The target of a transfer (RFC 3515 §2.1).
    @inlinable public static var referTo: HeaderID { HeaderID(raw: 53) }
    /// `Referred-By`. Who asked for a transfer (RFC 3892).
    @inlinable public static var referredBy: HeaderID { HeaderID(raw: 54) }
    /// `Refer-Sub`. Whether a REFER makes a subscription (RFC 4488).
    @inlinable public static var referSub: HeaderID { HeaderID(raw: 55) }
    /// `Replaces`. The dialog that an INVITE replaces (RFC 3891).
    @inlinable public static var replaces: HeaderID { HeaderID(raw: 56) }
    /// `Join`. The dialog that an INVITE joins (RFC 3911).
    @inlinable public static var join: HeaderID { HeaderID(raw: 57) }
    /// `Target-Dialog`. A dialog that proves authorization (RFC 4538).
    @inlinable public static var targetDialog: HeaderID { HeaderID(raw: 58) }
    /// `P-Asserted-Identity`. The identity that a trusted network vouches for (RFC 3325 §9.1).
    @inlinable public static var pAssertedIdentity: HeaderID { HeaderID(raw: 59) }
    /// `P-Preferred-Identity`. The identity that a user wishes to have asserted (RFC 3325 §9.2).
    @inlinable public static var pPreferredIdentity: HeaderID { HeaderID(raw: 60) }
    /// `Remote-Party-ID`. The older form of an asserted identity (draft-ietf-sip-privacy-04).
    @inlinable public static var remotePartyID: HeaderID { HeaderID(raw: 61) }
    /// `Privacy`. What must be withheld (RFC 3323 §4.2).
    @inlinable public static var privacy: HeaderID { HeaderID(raw: 62) }
    /// `Diversion`. Who diverted a call, and why (RFC 5806).
    @inlinable public static var diversion: HeaderID { HeaderID(raw: 63) }
    /// `History-Info`. The targets a request had (RFC 7044).
    @inlinable public static var historyInfo: HeaderID { HeaderID(raw: 64) }
    /// `Path`. Proxies between registrar and contact (RFC 3327).
    @inlinable public static var path: HeaderID { HeaderID(raw: 65) }
    /// `Service-Route`. Proxies for a registered user (RFC 3608).
    @inlinable public static var serviceRoute: HeaderID { HeaderID(raw: 66) }
    /// `P-Associated-URI`. Further addresses of a registered user (RFC 7315 §4.1).
    @inlinable public static var pAssociatedURI: HeaderID { HeaderID(raw: 67) }
    /// `P-Called-Party-ID`. The address before retargeting (RFC 7315 §4.2).
    @inlinable public static var pCalledPartyID: HeaderID { HeaderID(raw: 68) }
    /// `P-Charging-Vector`. Charging correlation (RFC 7315 §4.6).
    @inlinable public static var pChargingVector: HeaderID { HeaderID(raw: 69) }
    /// `P-Access-Network-Info`. The access network (RFC 7315 §4.4).
    @inlinable public static var pAccessNetworkInfo: HeaderID { HeaderID(raw: 70) }
    /// `P-Early-Media`. Authorization of early media (RFC 5009).
    @inlinable public static var pEarlyMedia: HeaderID { HeaderID(raw: 71) }
    /// `Session-ID`. The end-to-end session identifier (RFC 7989).
    @inlinable public static var sessionID: HeaderID { HeaderID(raw: 72) }
    /// `User-to-User`. Data for the other user (RFC 7433).
    @inlinable public static var userToUser: HeaderID { HeaderID(raw: 73) }
    /// `Identity`. A signed assertion of the caller (RFC 8224).
    @inlinable public static var identity: HeaderID { HeaderID(raw: 74) }
    /// `Resource-Priority`. Precedence (RFC 4412).
    @inlinable public static var resourcePriority: HeaderID { HeaderID(raw: 75) }
    /// `Geolocation`. Where the caller is (RFC 6442).
    @inlinable public static var geolocation: HeaderID { HeaderID(raw: 76) }
    /// `Accept-Contact`. Caller preferences (RFC 3841 §9.2).
    @inlinable public static var acceptContact: HeaderID { HeaderID(raw: 77) }
    /// `Reject-Contact`. Caller preferences (RFC 3841 §9.2).
    @inlinable public static var rejectContact: HeaderID { HeaderID(raw: 78) }
    /// `Request-Disposition`. Caller preferences (RFC 3841 §9.1).
    @inlinable public static var requestDisposition: HeaderID { HeaderID(raw: 79) }
    /// `Answer-Mode`. Whether to answer by hand (RFC 5373).
    @inlinable public static var answerMode: HeaderID { HeaderID(raw: 80) }
    /// `SIP-ETag`. The tag of published state (RFC 3903 §11.3.1).
    @inlinable public static var sipETag: HeaderID { HeaderID(raw: 81) }
    /// `SIP-If-Match`. The published state meant (RFC 3903 §11.3.2).
    @inlinable public static var sipIfMatch: HeaderID { HeaderID(raw: 82) }
}
