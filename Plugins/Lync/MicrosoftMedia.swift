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
            start = found + 1
            guard start + 2 < body.count, body[start] == UInt8(ascii: "a") else { continue }
            switch body[start + 2] {
            case UInt8(ascii: "x") where body.suffix(from: start).hasPrefix("a=x-"): return true
            case UInt8(ascii: "m") where body.suffix(from: start).hasPrefix("a=ms-"): return true
            default: break
            }
        }
        return false
    }

    private static func isInternal(_ name: String) -> Bool { name.hasPrefix("x-") || name.hasPrefix("ms-") }
}
