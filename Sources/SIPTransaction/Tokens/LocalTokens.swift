public import TandemKit

/// Makes the branches, tags and Call-IDs of one shard: unguessable, and with the shard's number at a fixed place so that
/// a message about them that arrives on another shard is handed over without a table (`ShardHint` reads it).
///
/// What it returns is borrowed from one scratch block per kind: valid until the next of the same kind is made.
/// Confined to the shard's thread.
public final class LocalTokens {
    /// Most shards a token can tell apart.
    public static let shardLimit = TokenText.shardLimit

    /// The number of the shard in each token.
    public let shard: Int
    /// In memory of its own: a class's own variable would be checked for overlapping access each time.
    private let sequence: UnsafeMutablePointer<KeyedSequence>
    private let branch: UnsafeMutablePointer<UInt8>
    private let tag: UnsafeMutablePointer<UInt8>
    private let callID: UnsafeMutablePointer<UInt8>

    /// Begins with a 128-bit key: from the operating system for a daemon, fixed for a simulation. Two shards must not
    /// share a key.
    public init(shard: Int, key: (UInt64, UInt64)) {
        precondition(shard >= 0 && shard < Self.shardLimit, "a token has room for 1,024 shards")
        self.shard = shard
        sequence = .allocate(capacity: 1)
        sequence.initialize(to: KeyedSequence(key: key))
        branch = .allocate(capacity: Self.cookieCount + TokenText.count)
        tag = .allocate(capacity: TokenText.count)
        callID = .allocate(capacity: TokenText.count + TokenText.randomCount)
        branch.update(from: Bytes("z9hG4bK").base, count: Self.cookieCount)
    }

    deinit {
        sequence.deallocate()
        branch.deallocate()
        tag.deallocate()
        callID.deallocate()
    }

    /// A new branch parameter, with the magic cookie (RFC 3261 §8.1.1.7).
    public func makeBranch() -> Bytes {
        TokenText.write(shard: shard, random: sequence.pointee.next(), to: branch + Self.cookieCount)
        return Bytes(base: branch, count: Self.cookieCount + TokenText.count)
    }

    /// A new From or To tag (RFC 3261 §19.3).
    public func makeTag() -> Bytes {
        TokenText.write(shard: shard, random: sequence.pointee.next(), to: tag)
        return Bytes(base: tag, count: TokenText.count)
    }

    /// A new Call-ID with 128 random bits (RFC 3261 §8.1.1.4), without a host part: it would tell where we are.
    public func makeCallID() -> Bytes {
        TokenText.write(shard: shard, random: sequence.pointee.next(), to: callID)
        TokenText.writeRandom(sequence.pointee.next(), to: callID + TokenText.count)
        return Bytes(base: callID, count: TokenText.count + TokenText.randomCount)
    }

    /// 64 unpredictable bits for other uses, such as the first CSeq or RSeq.
    public func makeRandom() -> UInt64 { sequence.pointee.next() }

    private static let cookieCount = 7
}
