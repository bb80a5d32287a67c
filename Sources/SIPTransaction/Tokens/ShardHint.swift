public import TandemKit

/// Reads the shard's number out of the tokens that `LocalTokens` made, so that the shard that received a message can
/// hand it to the one that owns the call.
///
/// A hint is only a hint: a peer can write any token. The shard that gets the message finds no transaction and no
/// dialog for a forged one and answers as if it had received it itself.
public enum ShardHint {
    /// The shard in a tag or Call-ID of ours; nil for any other text.
    public static func shard(ofTag tag: Bytes) -> Int? { TokenText.shard(in: tag) }

    /// The shard in a branch of ours; nil for any other text.
    public static func shard(ofBranch branch: Bytes) -> Int? {
        branch.hasPrefix("z9hG4bK") ? TokenText.shard(in: branch.suffix(from: 7)) : nil
    }

    /// The 64 random bits of a tag of ours, a ready key for a table of dialogs: nobody else can choose it. Nil for any
    /// other text.
    public static func key(ofTag tag: Bytes) -> UInt64? { TokenText.random(in: tag) }

    /// The shard that a message belongs to, as far as its bytes tell; nil means: keep it where it arrived.
    ///
    /// A response goes to the shard in our branch. A request within a dialog has our tag in To, whichever side of the
    /// dialog we are; a B-leg also has our Call-ID; and a request along a Record-Route of ours has our token as the user
    /// of its topmost Route. A new INVITE, its retransmissions and its CANCEL have none of these: they come over one
    /// flow and stay there. One that is to replace a dialog (RFC 3891) goes to that dialog's shard.
    public static func shard(of message: SIPMessage) -> Int? {
        guard message.isRequest else { return shard(ofBranch: message.topVia.branch) }
        if let shard = shard(ofTag: message.toTag) ?? shard(ofTag: message.callID) { return shard }
        if let shard = shard(replacedBy: message) { return shard }
        let route = message.headers.firstValue(of: .route)
        guard !route.isEmpty, let colon = route.firstIndex(of: 0x3A) else { return nil }
        return shard(ofTag: route.suffix(from: colon + 1))
    }

    /// The shard of the dialog that a request is to replace (RFC 3891); nil for none.
    public static func shard(replacedBy message: SIPMessage) -> Int? {
        let value = message.headers.firstValue(of: .replaces)
        guard !value.isEmpty, let replaces = try? Replaces(parsing: value) else { return nil }
        for var tag in [replaces.toTag, replaces.fromTag] {
            let found = tag.withUTF8 { (tag) -> Int? in Self.shard(ofTag: Bytes(UnsafeRawBufferPointer(tag))) }
            if let found { return found }
        }
        return nil
    }
}
