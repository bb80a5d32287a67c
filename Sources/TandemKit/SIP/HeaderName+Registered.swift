extension HeaderName {
    /// `Call-ID`. The dialog identifier that all messages of a call share (RFC 3261 §20.8).
    public static var callID: HeaderName { HeaderName(id: .callID) }
    /// `CSeq`. The number of a request within its dialog (RFC 3261 §20.16).
    public static var cseq: HeaderName { HeaderName(id: .cseq) }
    /// `From`. The sender (RFC 3261 §20.20).
    public static var from: HeaderName { HeaderName(id: .from) }
    /// `To`. The receiver (RFC 3261 §20.39).
    public static var to: HeaderName { HeaderName(id: .to) }
    /// `Max-Forwards`. How many hops a request may still take (RFC 3261 §20.22).
    public static var maxForwards: HeaderName { HeaderName(id: .maxForwards) }
    /// `Content-Length`. The size of the body (RFC 3261 §20.14).
    public static var contentLength: HeaderName { HeaderName(id: .contentLength) }
    /// `Content-Type`. The media type of the body (RFC 3261 §20.15).
    public static var contentType: HeaderName { HeaderName(id: .contentType) }
    /// `Via`. The path of a request (RFC 3261 §20.42).
    public static var via: HeaderName { HeaderName(id: .via) }
    /// `Contact`. Where the sender can be reached directly (RFC 3261 §20.10).
    public static var contact: HeaderName { HeaderName(id: .contact) }
    /// `Route`. Proxies to visit (RFC 3261 §20.34).
    public static var route: HeaderName { HeaderName(id: .route) }
    /// `Record-Route`. Proxies that stay in the path (RFC 3261 §20.30).
    public static var recordRoute: HeaderName { HeaderName(id: .recordRoute) }
    /// `Expires`. A lifetime in seconds (RFC 3261 §20.19).
    public static var expires: HeaderName { HeaderName(id: .expires) }
    /// `Min-Expires`. The least lifetime accepted (RFC 3261 §20.23).
    public static var minExpires: HeaderName { HeaderName(id: .minExpires) }
    /// `Allow`. Methods supported (RFC 3261 §20.5).
    public static var allow: HeaderName { HeaderName(id: .allow) }
    /// `Supported`. Extensions supported (RFC 3261 §20.37).
    public static var supported: HeaderName { HeaderName(id: .supported) }
    /// `Require`. Extensions that the receiver must support (RFC 3261 §20.32).
    public static var require: HeaderName { HeaderName(id: .require) }
    /// `Proxy-Require`. Extensions that a proxy must support (RFC 3261 §20.29).
    public static var proxyRequire: HeaderName { HeaderName(id: .proxyRequire) }
    /// `Unsupported`. Extensions refused (RFC 3261 §20.40).
    public static var unsupported: HeaderName { HeaderName(id: .unsupported) }
    /// `Accept`. Body types accepted (RFC 3261 §20.1).
    public static var accept: HeaderName { HeaderName(id: .accept) }
    /// `Accept-Encoding`. Body encodings accepted (RFC 3261 §20.2).
    public static var acceptEncoding: HeaderName { HeaderName(id: .acceptEncoding) }
    /// `Accept-Language`. Languages accepted (RFC 3261 §20.3).
    public static var acceptLanguage: HeaderName { HeaderName(id: .acceptLanguage) }
    /// `Alert-Info`. An alternative ring tone (RFC 3261 §20.4).
    public static var alertInfo: HeaderName { HeaderName(id: .alertInfo) }
    /// `Call-Info`. Things to know about a party (RFC 3261 §20.9).
    public static var callInfo: HeaderName { HeaderName(id: .callInfo) }
    /// `Error-Info`. More about an error (RFC 3261 §20.18).
    public static var errorInfo: HeaderName { HeaderName(id: .errorInfo) }
    /// `Content-Disposition`. How to interpret the body (RFC 3261 §20.11).
    public static var contentDisposition: HeaderName { HeaderName(id: .contentDisposition) }
    /// `Content-Encoding`. How the body is coded (RFC 3261 §20.12).
    public static var contentEncoding: HeaderName { HeaderName(id: .contentEncoding) }
    /// `Content-Language`. The language of the body (RFC 3261 §20.13).
    public static var contentLanguage: HeaderName { HeaderName(id: .contentLanguage) }
    /// `MIME-Version`. The MIME version (RFC 3261 §20.24).
    public static var mimeVersion: HeaderName { HeaderName(id: .mimeVersion) }
    /// `Date`. When the message was first sent (RFC 3261 §20.17).
    public static var date: HeaderName { HeaderName(id: .date) }
    /// `Timestamp`. When the request was sent, for round-trip estimates (RFC 3261 §20.38).
    public static var timestamp: HeaderName { HeaderName(id: .timestamp) }
    /// `In-Reply-To`. Call-IDs that a call refers to (RFC 3261 §20.21).
    public static var inReplyTo: HeaderName { HeaderName(id: .inReplyTo) }
    /// `Organization`. The sender's organization (RFC 3261 §20.25).
    public static var organization: HeaderName { HeaderName(id: .organization) }
    /// `Priority`. The urgency as the client sees it (RFC 3261 §20.26).
    public static var priority: HeaderName { HeaderName(id: .priority) }
    /// `Reply-To`. A logical return address (RFC 3261 §20.31).
    public static var replyTo: HeaderName { HeaderName(id: .replyTo) }
    /// `Retry-After`. When to try again (RFC 3261 §20.33).
    public static var retryAfter: HeaderName { HeaderName(id: .retryAfter) }
    /// `Server`. The software of a UAS (RFC 3261 §20.35).
    public static var server: HeaderName { HeaderName(id: .server) }
    /// `Subject`. The topic of a call (RFC 3261 §20.36).
    public static var subject: HeaderName { HeaderName(id: .subject) }
    /// `User-Agent`. The software of a UAC (RFC 3261 §20.41).
    public static var userAgent: HeaderName { HeaderName(id: .userAgent) }
    /// `Warning`. More about a response (RFC 3261 §20.43).
    public static var warning: HeaderName { HeaderName(id: .warning) }
    /// `Authorization`. Credentials for a UAS (RFC 3261 §20.7).
    public static var authorization: HeaderName { HeaderName(id: .authorization) }
    /// `Proxy-Authorization`. Credentials for a proxy (RFC 3261 §20.28).
    public static var proxyAuthorization: HeaderName { HeaderName(id: .proxyAuthorization) }
    /// `WWW-Authenticate`. The challenge of a UAS (RFC 3261 §20.44).
    public static var wwwAuthenticate: HeaderName { HeaderName(id: .wwwAuthenticate) }
    /// `Proxy-Authenticate`. The challenge of a proxy (RFC 3261 §20.27).
    public static var proxyAuthenticate: HeaderName { HeaderName(id: .proxyAuthenticate) }
    /// `Authentication-Info`. Mutual authentication (RFC 3261 §20.6).
    public static var authenticationInfo: HeaderName { HeaderName(id: .authenticationInfo) }
    /// `Reason`. Why a request was sent (RFC 3326).
    public static var reason: HeaderName { HeaderName(id: .reason) }
    /// `Session-Expires`. The session interval (RFC 4028 §4).
    public static var sessionExpires: HeaderName { HeaderName(id: .sessionExpires) }
    /// `Min-SE`. The least session interval (RFC 4028 §5).
    public static var minSE: HeaderName { HeaderName(id: .minSE) }
    /// `RSeq`. The number of a reliable provisional response (RFC 3262 §7.1).
    public static var rSeq: HeaderName { HeaderName(id: .rSeq) }
    /// `RAck`. What a PRACK acknowledges (RFC 3262 §7.2).
    public static var rAck: HeaderName { HeaderName(id: .rAck) }
    /// `Event`. The event package (RFC 6665 §8.2.1).
    public static var event: HeaderName { HeaderName(id: .event) }
    /// `Allow-Events`. Event packages supported (RFC 6665 §8.2.2).
    public static var allowEvents: HeaderName { HeaderName(id: .allowEvents) }
    /// `Subscription-State`. The state of a subscription (RFC 6665 §8.2.3).
    public static var subscriptionState: HeaderName { HeaderName(id: .subscriptionState) }
    /// `Refer-To`. The target of a transfer (RFC 3515 §2.1).
    public static var referTo: HeaderName { HeaderName(id: .referTo) }
    /// `Referred-By`. Who asked for a transfer (RFC 3892).
    public static var referredBy: HeaderName { HeaderName(id: .referredBy) }
    /// `Refer-Sub`. Whether a REFER makes a subscription (RFC 4488).
    public static var referSub: HeaderName { HeaderName(id: .referSub) }
    /// `Replaces`. The dialog that an INVITE replaces (RFC 3891).
    public static var replaces: HeaderName { HeaderName(id: .replaces) }
    /// `Join`. The dialog that an INVITE joins (RFC 3911).
    public static var join: HeaderName { HeaderName(id: .join) }
    /// `Target-Dialog`. A dialog that proves authorization (RFC 4538).
    public static var targetDialog: HeaderName { HeaderName(id: .targetDialog) }
    /// `P-Asserted-Identity`. The identity that a trusted network vouches for (RFC 3325 §9.1).
    public static var pAssertedIdentity: HeaderName { HeaderName(id: .pAssertedIdentity) }
    /// `P-Preferred-Identity`. The identity that a user wishes to have asserted (RFC 3325 §9.2).
    public static var pPreferredIdentity: HeaderName { HeaderName(id: .pPreferredIdentity) }
    /// `Remote-Party-ID`. The older form of an asserted identity (draft-ietf-sip-privacy-04).
    public static var remotePartyID: HeaderName { HeaderName(id: .remotePartyID) }
    /// `Privacy`. What must be withheld (RFC 3323 §4.2).
    public static var privacy: HeaderName { HeaderName(id: .privacy) }
    /// `Diversion`. Who diverted a call, and why (RFC 5806).
    public static var diversion: HeaderName { HeaderName(id: .diversion) }
    /// `History-Info`. The targets a request had (RFC 7044).
    public static var historyInfo: HeaderName { HeaderName(id: .historyInfo) }
    /// `Path`. Proxies between registrar and contact (RFC 3327).
    public static var path: HeaderName { HeaderName(id: .path) }
    /// `Service-Route`. Proxies for a registered user (RFC 3608).
    public static var serviceRoute: HeaderName { HeaderName(id: .serviceRoute) }
    /// `P-Associated-URI`. Further addresses of a registered user (RFC 7315 §4.1).
    public static var pAssociatedURI: HeaderName { HeaderName(id: .pAssociatedURI) }
    /// `P-Called-Party-ID`. The address before retargeting (RFC 7315 §4.2).
    public static var pCalledPartyID: HeaderName { HeaderName(id: .pCalledPartyID) }
    /// `P-Charging-Vector`. Charging correlation (RFC 7315 §4.6).
    public static var pChargingVector: HeaderName { HeaderName(id: .pChargingVector) }
    /// `P-Access-Network-Info`. The access network (RFC 7315 §4.4).
    public static var pAccessNetworkInfo: HeaderName { HeaderName(id: .pAccessNetworkInfo) }
    /// `P-Early-Media`. Authorization of early media (RFC 5009).
    public static var pEarlyMedia: HeaderName { HeaderName(id: .pEarlyMedia) }
    /// `Session-ID`. The end-to-end session identifier (RFC 7989).
    public static var sessionID: HeaderName { HeaderName(id: .sessionID) }
    /// `User-to-User`. Data for the other user (RFC 7433).
    public static var userToUser: HeaderName { HeaderName(id: .userToUser) }
    /// `Identity`. A signed assertion of the caller (RFC 8224).
    public static var identity: HeaderName { HeaderName(id: .identity) }
    /// `Resource-Priority`. Precedence (RFC 4412).
    public static var resourcePriority: HeaderName { HeaderName(id: .resourcePriority) }
    /// `Geolocation`. Where the caller is (RFC 6442).
    public static var geolocation: HeaderName { HeaderName(id: .geolocation) }
    /// `Accept-Contact`. Caller preferences (RFC 3841 §9.2).
    public static var acceptContact: HeaderName { HeaderName(id: .acceptContact) }
    /// `Reject-Contact`. Caller preferences (RFC 3841 §9.2).
    public static var rejectContact: HeaderName { HeaderName(id: .rejectContact) }
    /// `Request-Disposition`. Caller preferences (RFC 3841 §9.1).
    public static var requestDisposition: HeaderName { HeaderName(id: .requestDisposition) }
    /// `Answer-Mode`. Whether to answer by hand (RFC 5373).
    public static var answerMode: HeaderName { HeaderName(id: .answerMode) }
    /// `SIP-ETag`. The tag of published state (RFC 3903 §11.3.1).
    public static var sipETag: HeaderName { HeaderName(id: .sipETag) }
    /// `SIP-If-Match`. The published state meant (RFC 3903 §11.3.2).
    public static var sipIfMatch: HeaderName { HeaderName(id: .sipIfMatch) }
}
