/// What a plugin may know about the call that a leg belongs to. Made once per leg; reading it costs nothing but the text of
/// `callID`.
public struct CallFacts: Sendable {
    /// The number of the call in this process: as logs and events show it.
    public let number: CallNumber
    /// When its INVITE came, in nanoseconds since 1970 (UTC); 0 for a message outside of any call.
    public let began: UInt64
    /// The trunk that it came from; empty for a message outside of any call.
    public let ingressTrunk: String
    private let callIDBytes: [UInt8]

    /// The Call-ID of this leg (RFC 3261 §20.8). The other leg has another one.
    public var callID: String { String(decoding: callIDBytes, as: UTF8.self) }

    /// Joins the facts; the Call-ID as it is on the wire.
    public init(number: CallNumber, callID: [UInt8], began: UInt64, ingressTrunk: String) {
        self.number = number
        self.began = began
        self.ingressTrunk = ingressTrunk
        callIDBytes = callID
    }

    /// A call of which its number alone is known.
    init(number: CallNumber) { self.init(number: number, callID: [], began: 0, ingressTrunk: "") }

    /// `callID` as bytes.
    public func withCallID<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        callIDBytes.withUnsafeBytes(body)
    }
}
