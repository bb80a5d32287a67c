public import TandemKit

extension Dialog {
    /// Checks a request received inside the dialog, other than ACK and CANCEL, and follows the peer to another Contact
    /// (RFC 3261 §12.2.2). The user has found the dialog with `matches`, and has refused an INVITE that crosses another
    /// (§14.2).
    public mutating func receive(_ request: SIPRequest) -> RequestVerdict {
        guard state != .terminated else { return .ended }
        guard take(remoteSequence: request.cseq.number) else { return .outOfOrder }
        if Dialog.refreshesTarget(request.method), let target = Dialog.contact(of: request.headers) {
            setRemoteTarget(target)
        }
        return .accepted
    }

    /// Follows the peer to the Contact of a 2xx to a request of ours that refreshes the target (§12.2.1.2).
    public mutating func refreshTarget(from response: SIPResponse) {
        guard Dialog.refreshesTarget(response.cseq.method), let target = Dialog.contact(of: response.headers) else {
            return
        }
        setRemoteTarget(target)
    }

    /// Whether a request with this method changes the remote target (RFC 3261 §12.2, RFC 3311, RFC 3515, RFC 6665).
    public static func refreshesTarget(_ method: SIPMethod) -> Bool {
        method == .invite || method == .update || method == .subscribe || method == .notify || method == .refer
    }
}
