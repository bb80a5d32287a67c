import PlainText

/// A SIP message in a few words: `INVITE 0100 +SDP`, `180 Ringing`, `200 OK to BYE`.
struct MessageSummary {
    let text: String

    init(of message: String) {
        // By bytes: CR LF is one Character.
        let lines = message.utf8.split(separator: 0x0A, maxSplits: 200, omittingEmptySubsequences: false)
            .map { Substring($0.last == 0x0D ? $0.dropLast() : $0) }
        let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2).map(String.init)
        let hasSDP =
            lines.contains { $0.lowercased().hasPrefix("content-type:") || $0.lowercased().hasPrefix("c:") }
            && lines.contains { $0 == "v=0" }
        let start: String
        if parts.count >= 2, parts[0].hasPrefix("SIP/") {
            start = Self.response(parts, method: Self.method(lines))
        } else {
            start = parts.count >= 2 ? Self.request(parts) : "?"
        }
        text = PlainText.clean(start + (hasSDP ? " +SDP" : ""))
    }

    private static func response(_ parts: [String], method: String?) -> String {
        let status = parts.dropFirst().joined(separator: " ")
        guard let method, method != "INVITE" else { return status }
        return "\(status) to \(method)"
    }

    private static func request(_ parts: [String]) -> String {
        let method = parts[0]
        // In a dialog the Request-URI is the peer's Contact, which tells nothing.
        guard ["INVITE", "REFER", "SUBSCRIBE", "MESSAGE"].contains(method) else { return method }
        let address = parts[1].drop { $0 != ":" }.dropFirst()
        let user = address.contains("@") ? address.prefix { $0 != "@" } : address.prefix { $0 != ";" }
        return "\(method) \(user.prefix { $0 != ";" })"
    }

    private static func method(_ lines: [Substring]) -> String? {
        lines.first { $0.lowercased().hasPrefix("cseq:") }?.split(separator: " ").last.map(String.init)
    }
}
