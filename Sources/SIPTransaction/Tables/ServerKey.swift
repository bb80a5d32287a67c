import TandemKit

/// How the key block of a server transaction is divided: branch, sent-by host, From tag, Call-ID, Request-URI.
struct ServerKeyShape {
    var branchCount: UInt16 = 0
    var hostCount: UInt16 = 0
    /// 0 when not kept.
    var fromTagCount: UInt16 = 0
    /// 0 when not kept.
    var callIDCount: UInt16 = 0
    /// 0 unless the peer is an RFC 2543 one.
    var uriCount: UInt16 = 0
    /// The port of sent-by, 0 when absent.
    var port: UInt16 = 0
    /// The number of the CSeq.
    var sequence: UInt32 = 0
    /// Whether the branch lacks the magic cookie, so that all parts are compared (RFC 3261 §17.2.3).
    var isLegacy = false
}

/// What identifies the server transaction of a request (RFC 3261 §17.2.3), and the request itself among those that
/// came over several paths (§8.2.2.2). Borrowed from the message.
struct ServerKey {
    let branch: Bytes
    let host: Bytes
    let port: UInt16
    let fromTag: Bytes
    let callID: Bytes
    /// The Request-URI of a request without the magic cookie; else empty.
    let uri: Bytes
    let sequence: UInt32
    let isLegacy: Bool
    /// Whether the request is outside of a dialog, so that it can be a merged one.
    let canMerge: Bool

    init(_ message: SIPMessage) {
        let via = message.topVia
        let cseq = message.cseq
        isLegacy = !via.hasMagicCookie
        branch = via.branch
        host = via.host
        port = via.port
        fromTag = message.fromTag
        callID = message.callID
        sequence = cseq.number
        uri = isLegacy ? message.request.requestURI : Bytes()
        canMerge = message.toTag.isEmpty && cseq.method != .cancel
    }

    /// Hash for the table of server transactions. The method is left out, so that ACK and CANCEL find their INVITE.
    func hash(secret: UInt64) -> UInt64 {
        isLegacy ? callID.hash(key: ~secret) ^ UInt64(sequence) : branch.hash(key: secret)
    }

    /// Hash for the table of requests that are outside of a dialog.
    func mergeHash(secret: UInt64) -> UInt64 {
        let tag = fromTag.hash(key: secret &+ 1)
        return max(callID.hash(key: tag) ^ UInt64(sequence) &* 0x9E37_79B9_7F4A_7C15, 1)
    }

    /// Bytes that `write` needs.
    var storedCount: Int {
        branch.count + host.count + (keepsRequest ? fromTag.count + callID.count : 0) + uri.count
    }

    /// Copies the parts to a block with room for `storedCount` bytes.
    func write(to base: UnsafeMutablePointer<UInt8>) -> ServerKeyShape {
        var shape = ServerKeyShape()
        var end = base
        shape.branchCount = Self.append(branch, &end)
        shape.hostCount = Self.append(host, &end)
        if keepsRequest {
            shape.fromTagCount = Self.append(fromTag, &end)
            shape.callIDCount = Self.append(callID, &end)
        }
        shape.uriCount = Self.append(uri, &end)
        shape.port = port
        shape.sequence = sequence
        shape.isLegacy = isLegacy
        return shape
    }

    /// Whether a stored key is that of this request's transaction. The method isn't compared.
    func matches(_ shape: ServerKeyShape, at base: UnsafePointer<UInt8>) -> Bool {
        guard shape.isLegacy == isLegacy, shape.port == port else { return false }
        let stored = Parts(shape, base)
        guard stored.branch == branch, stored.host.equalsIgnoringCase(host) else { return false }
        guard isLegacy else { return true }
        return shape.sequence == sequence && stored.fromTag == fromTag && stored.callID == callID && stored.uri == uri
    }

    /// Whether a stored key is that of the same request, which came over another path.
    func isMerged(with shape: ServerKeyShape, at base: UnsafePointer<UInt8>) -> Bool {
        let stored = Parts(shape, base)
        return shape.sequence == sequence && stored.fromTag == fromTag && stored.callID == callID
    }

    private var keepsRequest: Bool { isLegacy || canMerge }

    private static func append(_ part: Bytes, _ end: inout UnsafeMutablePointer<UInt8>) -> UInt16 {
        end.update(from: part.base, count: part.count)
        end += part.count
        return UInt16(part.count)
    }

    /// The parts of a stored key.
    private struct Parts {
        let branch: Bytes
        let host: Bytes
        let fromTag: Bytes
        let callID: Bytes
        let uri: Bytes

        init(_ shape: ServerKeyShape, _ base: UnsafePointer<UInt8>) {
            branch = Bytes(base: base, count: Int(shape.branchCount))
            host = Bytes(base: branch.base + branch.count, count: Int(shape.hostCount))
            fromTag = Bytes(base: host.base + host.count, count: Int(shape.fromTagCount))
            callID = Bytes(base: fromTag.base + fromTag.count, count: Int(shape.callIDCount))
            uri = Bytes(base: callID.base + callID.count, count: Int(shape.uriCount))
        }
    }
}
