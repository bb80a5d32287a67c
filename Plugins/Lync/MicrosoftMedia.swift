import TandemKit

/// SDP attributes that mean something only inside a Lync deployment: `a=x-bypassid`, `a=x-mediabw` and their like.
enum MicrosoftMedia {
    /// Takes them away. `a=label` and `a=rtcp`, which RFC 4574 and RFC 3605 define, stay.
    static func removeAttributes(from message: inout SIPMessage) {
        guard isMarked(message.body), var sdp = message.sdp else { return }
        sdp.session.removeAttributes { name, _ in isInternal(name) }
        for index in sdp.media.indices { sdp.media[index].section.removeAttributes { name, _ in isInternal(name) } }
        message.sdp = sdp
    }

    /// Whether a body may hold one: a cheap look before anything is taken apart.
    private static func isMarked(_ body: Bytes) -> Bool {
        var start = 0
        while let found = body.firstIndex(of: 0x0A, from: start) {
            let line = body.slice(from: found + 1, count: 5)
            if line.hasPrefix("a=x-") || line.hasPrefix("a=ms-") { return true }
            start = found + 1
        }
        return false
    }

    private static func isInternal(_ name: String) -> Bool { name.hasPrefix("x-") || name.hasPrefix("ms-") }
}
