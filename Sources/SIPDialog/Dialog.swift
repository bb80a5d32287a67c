public import TandemKit

/// One side of a dialog (RFC 3261 §12): what identifies it, where its requests go and how they are numbered.
///
/// Made from the INVITE and, on the calling side, from the response that creates it; made again from each response with
/// another To tag when the INVITE was forked. All its text lies in one buffer that copies share. What it returns as
/// `Bytes` is valid until the dialog is changed or released. Confined to the call's shard.
public struct Dialog {
    /// The life of a dialog.
    @frozen public enum State: UInt8, Hashable, Sendable {
        /// Created by a provisional response.
        case early
        /// Created or confirmed by a 2xx.
        case confirmed
        /// Ended by BYE, by a failure response to the INVITE, or by the user.
        case terminated
    }

    /// Where in its life the dialog is.
    public private(set) var state = State.early
    /// Whether we sent the request that created it.
    public let isCaller: Bool
    /// Whether it was created over TLS with a `sips` Request-URI, so that its requests must go over TLS (§12.1).
    public let isSecure: Bool
    /// The CSeq number of our last request; 0 before the first.
    public private(set) var localSequence: UInt32
    /// The CSeq number of the peer's last request; 0 before the first.
    public private(set) var remoteSequence: UInt32

    private var bytes: DialogBytes

    /// The called side: from the INVITE received and the tag that goes into the To of all our responses (§12.1.1).
    ///
    /// A request without Contact, which RFC 3261 forbids, gets its From as the place for our requests.
    public init(receiving request: SIPRequest, localTag: Bytes, isSecureTransport: Bool = false) {
        isCaller = false
        isSecure = isSecureTransport && Dialog.isSIPS(request.requestURI)
        localSequence = 0
        remoteSequence = request.cseq.number
        let to = request.headers.firstValue(of: .to)
        let from = request.headers.firstValue(of: .from)
        let addsTag = request.toTag.isEmpty
        bytes = RouteSet.withValues(of: request.headers, isReversed: false) { routes in
            DialogBytes.make(
                DialogParts(
                    callID: request.callID, localParty: to, localTag: addsTag ? localTag : request.toTag,
                    addsLocalTag: addsTag, remoteParty: from, remoteTag: request.fromTag,
                    remoteTarget: Dialog.contact(of: request.headers) ?? Dialog.uri(of: from), routes: routes))
        }
    }

    /// The calling side: from the INVITE sent and a response with a To tag (§12.1.2). A 2xx makes it confirmed.
    ///
    /// A response without Contact gets the Request-URI as the place for our requests.
    public init(sent request: SIPRequest, received response: SIPResponse, isSecureTransport: Bool = false) {
        isCaller = true
        isSecure = isSecureTransport && Dialog.isSIPS(request.requestURI)
        localSequence = request.cseq.number
        remoteSequence = 0
        state = response.status >= 200 ? .confirmed : .early
        bytes = RouteSet.withValues(of: response.headers, isReversed: true) { routes in
            DialogBytes.make(
                DialogParts(
                    callID: request.callID, localParty: request.headers.firstValue(of: .from),
                    localTag: request.fromTag, remoteParty: response.headers.firstValue(of: .to),
                    remoteTag: response.toTag,
                    remoteTarget: Dialog.contact(of: response.headers) ?? request.requestURI, routes: routes))
        }
    }

    /// The dialog that was written down.
    init(_ facts: DialogFacts, _ parts: DialogParts) {
        (state, isCaller, isSecure) = (facts.state, facts.isCaller, facts.isSecure)
        (localSequence, remoteSequence) = (facts.localSequence, facts.remoteSequence)
        bytes = DialogBytes.make(parts)
    }

    /// The Call-ID.
    public var callID: Bytes { bytes.view(bytes.header.callID) }

    /// Our tag.
    public var localTag: Bytes { bytes.view(bytes.header.localTag) }

    /// The peer's tag; empty when it is an RFC 2543 one that gave none.
    public var remoteTag: Bytes { bytes.view(bytes.header.remoteTag) }

    /// The value of From in our requests, with its tag.
    public var localParty: Bytes { bytes.view(bytes.header.localParty) }

    /// The value of To in our requests, with its tag.
    public var remoteParty: Bytes { bytes.view(bytes.header.remoteParty) }

    /// The URI of the peer's last Contact.
    public var remoteTarget: Bytes { bytes.view(bytes.header.remoteTarget) }

    /// The route set as in the Route of our requests, separated by commas; empty when there is none.
    public var routes: Bytes { bytes.view(bytes.header.routes) }

    /// The URI to which the next request goes: of the first route, else the remote target (§12.2.1.1, §8.1.2).
    public var nextHop: Bytes {
        var routes = AddressList(routes)
        guard let first = routes.next() else { return remoteTarget }
        return Dialog.uri(of: first)
    }

    /// Whether a received request belongs to this dialog (§12.2.2). One that belongs to none is answered with 481.
    public func matches(_ request: SIPRequest) -> Bool {
        request.toTag == localTag && request.fromTag == remoteTag && request.callID == callID
    }

    /// The 2xx came or was sent.
    public mutating func confirm() {
        if state == .early { state = .confirmed }
    }

    /// The 2xx that confirms an early dialog of a caller: its Record-Route and Contact count (§13.2.2.4).
    public mutating func confirm(with response: SIPResponse) {
        guard state == .early else { return }
        state = .confirmed
        let target = Dialog.contact(of: response.headers) ?? remoteTarget
        bytes = RouteSet.withValues(of: response.headers, isReversed: true) { routes in
            if target == remoteTarget, routes == self.routes { return bytes }
            return DialogBytes.make(parts(remoteTarget: target, routes: routes))
        }
    }

    /// The dialog has ended.
    public mutating func terminate() { state = .terminated }

    /// Notes that a request with this CSeq number was sent, which the dialog does not know of.
    public mutating func skip(localSequence number: UInt32) { localSequence = max(localSequence, number) }

    /// The next CSeq number of ours.
    mutating func nextSequence() -> UInt32 {
        localSequence = localSequence < 1 << 31 - 1 ? localSequence + 1 : 1
        return localSequence
    }

    /// Notes the number of a received request. Returns false when a later one was received before (§12.2.2).
    mutating func take(remoteSequence number: UInt32) -> Bool {
        guard number >= remoteSequence else { return false }
        remoteSequence = number
        return true
    }

    /// Sends the requests of this dialog to another place.
    mutating func setRemoteTarget(_ target: Bytes) {
        if target == remoteTarget { return }
        bytes = DialogBytes.make(parts(remoteTarget: target, routes: routes))
    }

    private func parts(remoteTarget: Bytes, routes: Bytes) -> DialogParts {
        DialogParts(
            callID: callID, localParty: localParty, localTag: localTag, remoteParty: remoteParty,
            remoteTag: remoteTag, remoteTarget: remoteTarget, routes: routes)
    }

    /// The URI of the first Contact; nil when there is none that can be read, or it is `*`.
    static func contact(of headers: HeaderFields) -> Bytes? {
        let value = headers.firstValue(of: .contact)
        return value.isEmpty ? nil : NameAddrView(value)?.uri
    }

    /// The URI of an address; the whole text when it can't be taken apart.
    static func uri(of address: Bytes) -> Bytes { NameAddrView(address)?.uri ?? address }

    private static func isSIPS(_ uri: Bytes) -> Bool { uri.prefix(5).equalsIgnoringCase("sips:") }
}
