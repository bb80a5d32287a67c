import TandemKit

/// Whose messages are being made: what the trace says about the next bytes sent.
struct TraceContext {
    var call: CallNumber
    var leg: UInt8
    var trunk: UInt16

    static let none = TraceContext(call: CallNumber(raw: 0), leg: 0, trunk: TraceRecord.noTrunk)

    init(call: CallNumber, leg: UInt8, trunk: UInt16) {
        self.call = call
        self.leg = leg
        self.trunk = trunk
    }

    init(call: CallNumber, leg: UInt8, trunk: TrunkContext) {
        self.init(call: call, leg: leg, trunk: UInt16(truncatingIfNeeded: trunk.index))
    }

    init(_ leg: Leg) {
        self.init(call: leg.call.number, leg: leg.traceNumber, trunk: leg.trunk)
    }
}
