public import TandemKit

/// The reliable provisional responses of one early dialog, as its caller sees them (RFC 3262 §4): taken in their order,
/// each once.
public struct ReliableSequence: Hashable, Sendable {
    private var last: UInt32 = 0

    /// None heard yet.
    public init() {}

    /// Whether a response with this RSeq is the next one. A repeated one, and one that has overtaken another, is to be
    /// dropped without a PRACK: it comes again until it has its own.
    public mutating func take(_ sequence: UInt32) -> Bool {
        guard last == 0 || sequence == last &+ 1 else { return false }
        last = sequence
        return true
    }
}

extension SIPResponse {
    /// The RSeq of a provisional response that is sent reliably: it requires `100rel` (RFC 3262 §4). nil for all others.
    public var reliableSequence: UInt32? {
        guard status > 100, status < 200, headers.firstIndex(of: HeaderID.rSeq) >= 0, headers.lists(.require, "100rel"),
            let number = headers.firstValue(of: .rSeq).decimal, number > 0, number <= UInt64(UInt32.max)
        else { return nil }
        return UInt32(number)
    }
}
