import TandemKit

/// Lync marks a number without E.164 form by a context of its own: `sip:0100;phone-context=enterprise@contoso.com`,
/// `…=dialstring@…`, `…=DefaultProfile-…`. RFC 3966 knows prefixes and domains only, and no other vendor knows these.
enum PhoneContext {
    /// Takes such contexts out of Request-URI, To and From. What RFC 3966 allows stays.
    static func removeInternal(_ request: inout SIPRequest) {
        if isMarked(request.requestURI) { request.uri = without(request.uri) }
        if isMarked(request.headers.firstValue(of: .to)) { request.to.uri = without(request.to.uri) }
        if isMarked(request.headers.firstValue(of: .from)) { request.from.uri = without(request.from.uri) }
    }

    /// Whether the bytes may hold a context: a cheap look before anything is copied.
    private static func isMarked(_ bytes: Bytes) -> Bool {
        var start = 0
        while let found = bytes.firstIndex(of: UInt8(ascii: ";"), from: start) {
            if bytes.slice(from: found + 1, count: 14).equalsIgnoringCase("phone-context=") { return true }
            start = found + 1
        }
        return false
    }

    private static func without(_ uri: SIPURI) -> SIPURI {
        var uri = uri
        uri.parameters.removeAll { $0.name.lowercased() == "phone-context" && isInternal($0.rawValue ?? "") }
        let parts = (uri.rawUser ?? "").split(separator: ";", omittingEmptySubsequences: false)
        let kept = parts.filter { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return halves.count < 2 || halves[0].lowercased() != "phone-context" || !isInternal(String(halves[1]))
        }
        if kept.count < parts.count { uri.rawUser = kept.joined(separator: ";") }
        return uri
    }

    private static func isInternal(_ context: String) -> Bool {
        let context = context.lowercased()
        return ["enterprise", "dialstring", "defaultprofile"].contains { context.hasPrefix($0) }
    }
}
