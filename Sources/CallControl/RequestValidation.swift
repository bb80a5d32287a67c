import TandemKit

/// What a request must fulfil before anything is done for it (RFC 3261 §8.2, §16.3).
enum RequestValidation {
    /// The status that refuses a request; nil when it may go on.
    static func failure(of request: SIPRequest, isProxied: Bool, engine: CallEngine) -> UInt16? {
        guard let uri = URIView(request.requestURI), uri.isSIP || uri.isSIPS || uri.isTel else { return 416 }
        // OPTIONS with Max-Forwards 0 asks who is here (§11); all others have gone too far.
        if request.maxForwards == 0, request.method != .options { return 483 }
        listUnsupported(request, isProxied: isProxied, into: engine.writer)
        if !engine.writer.bytes.isEmpty { return 420 }
        return nil
    }

    /// Writes the extensions that a request requires and that don't work through us: of Proxy-Require all, of Require
    /// (which concerns us only as an end) those that don't pass.
    static func listUnsupported(_ request: SIPRequest, isProxied: Bool, into writer: ValueWriter) {
        if isProxied {
            OptionTags.select(.proxyRequire, of: request.headers, passing: false, into: writer)
        } else {
            OptionTags.select(.require, of: request.headers, passing: false, into: writer)
        }
    }
}
