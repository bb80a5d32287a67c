import TandemKit

/// What a request must fulfil before anything is done for it (RFC 3261 §8.2, §16.3).
enum RequestValidation {
    /// The status that refuses a request; nil when it may go on.
    static func failure(
        of request: SIPRequest, isProxied: Bool, at trunk: TrunkContext, engine: CallEngine
    ) -> UInt16? {
        guard let uri = URIView(request.requestURI), uri.isSIP || uri.isSIPS || uri.isTel else { return 416 }
        // OPTIONS with Max-Forwards 0 asks who is here (§11); all others have gone too far.
        if request.maxForwards == 0, request.method != .options { return 483 }
        listUnsupported(request, isProxied: isProxied, at: trunk, into: engine.writer)
        if !engine.writer.bytes.isEmpty { return 420 }
        return nil
    }

    /// Writes the extensions that a request requires and that don't work with us: of Proxy-Require all, of Require
    /// (which concerns us only as an end) those that neither pass nor end at us.
    static func listUnsupported(
        _ request: SIPRequest, isProxied: Bool, at trunk: TrunkContext, into writer: ValueWriter
    ) {
        if isProxied {
            OptionTags.selectUnproxied(of: request.headers, into: writer)
        } else {
            OptionTags.selectUnsupported(of: request.headers, at: trunk, into: writer)
        }
    }
}
