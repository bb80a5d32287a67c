import SIPDialog
import SIPTransaction
public import TandemKit
import Timing
public import Wire

/// What is written down of a call so that it can go on in another process.
///
/// A call that rings is written down with little, to be reported as lost; one that is answered with all that its dialogs
/// need. Behind that come notes: that a party has acknowledged our answer, and who has hung up once the call ends.
public struct CallRecord: Sendable {
    /// The call's number.
    public let number: CallNumber
    /// The trunk it came from.
    public let ingressTrunk: String
    /// The number the caller has dialled, as received.
    public let to: String
    /// The caller's number as received; empty when it gave none.
    public let from: String
    /// When the INVITE came, in nanoseconds of the wall clock since 1970.
    public let startedAt: UInt64
    /// What an answered call has more; nil for one that rang.
    private(set) var talk: Talk?
    /// Who had hung up when the call ended; nil while it did not end.
    private(set) var ending: Ending?

    /// Whether the call was answered.
    public var isAnswered: Bool { talk != nil }
    /// The trunk that answered.
    public var egressTrunk: String? { talk?.callee.trunk }

    /// What adapters kept for the call: the name of each instance and the build of its plugin.
    public var adapters: [(instance: String, build: String)] { talk?.states.map { ($0.instance, $0.build) } ?? [] }

    /// Reads what was written, in its order.
    public init(_ number: CallNumber, _ payloads: [[UInt8]]) throws(WireError) {
        guard let first = payloads.first else { throw WireError(offset: 0, "nothing is written of the call") }
        self = try Self.read(first) { reader throws(WireError) in try CallRecord(number, &reader) }
        for payload in payloads.dropFirst() {
            try Self.read(payload) { reader throws(WireError) in try note(&reader) }
        }
    }

    private mutating func note(_ reader: inout WireReader) throws(WireError) {
        switch CallNote(rawValue: try reader.number()) {
        case .ending: ending = try Ending(&reader)
        case .callerAcknowledged: talk?.caller.answer = nil
        case .calleeAcknowledged: talk?.callee.answer = nil
        case nil: throw WireError(offset: 0, "no note of a call")
        }
    }

    private init(_ number: CallNumber, _ reader: inout WireReader) throws(WireError) {
        self.number = number
        let hasTalk = try reader.flag()
        startedAt = try reader.number()
        ingressTrunk = try reader.text()
        to = try reader.text()
        from = try reader.text()
        talk = hasTalk ? try Talk(&reader) : nil
    }

    @discardableResult
    private static func read<Value>(
        _ bytes: [UInt8], _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        let result = bytes.withUnsafeBytes { bytes -> Result<Value, WireError> in
            var reader = WireReader(bytes)
            return Result { () throws(WireError) in
                let value = try body(&reader)
                try reader.finish()
                return value
            }
        }
        return try result.get()
    }

    /// An answered call.
    struct Talk: Sendable {
        let handle: UInt64
        let answeredAt: UInt64
        let sentTo: String
        let attempt: Int
        let callerHost: IPAddress
        let calleeHost: IPAddress
        let media: Media?
        var caller: Party
        var callee: Party
        let states: [State]
        /// Who has transferred the call and has not hung up.
        let leavers: [Party]
    }

    /// The media at the relay.
    struct Media: Sendable {
        let firstOfferer: MediaParty
        let watched: UInt8
        let isHeld: Bool
    }

    /// One leg. Its dialog is made from the bytes on the thread that gets the call.
    struct Party: Sendable {
        let trunk: String
        let transport: UInt8
        let remote: Endpoint
        let acknowledged: UInt32?
        let unacknowledged: UInt32?
        /// Our 2xx that waits for the party's ACK.
        var answer: Answer?
        /// A re-INVITE of ours that the party has not answered.
        let invite: Leg.OpenInvite?
        /// The party's re-INVITEs that we have not answered.
        let requests: [Request]
        /// Whether the party has hung up, which does not end the call while it is being transferred.
        let isOver: Bool
        /// What the leg keeps of its session timer.
        let session: Session
        let dialog: [UInt8]
    }

    /// The session timer of a leg, and what its refreshes need.
    struct Session: Sendable {
        /// The interval in seconds, whether we refresh, and when that happened last by the wall clock; nil for no timer.
        let timer: (interval: UInt32, isRefresher: Bool, refreshedAt: UInt64)?
        let minimum: UInt32
        let allowsUpdate: Bool?
        let description: [UInt8]
    }

    /// A 2xx of ours without its ACK.
    struct Answer: Sendable {
        let cseq: UInt32
        let relaysAcknowledgement: Bool
        let transport: UInt8
        let remote: Endpoint
        let bytes: [UInt8]
    }

    /// A request without its final response, and where that goes.
    struct Request: Sendable {
        let transport: UInt8
        let remote: Endpoint
        let bytes: [UInt8]
    }

    /// What one adapter instance kept.
    struct State: Sendable {
        let instance: String
        let build: String
        let state: PluginState
    }

    /// The call had ended, but not for both parties yet.
    struct Ending: Sendable {
        let callerHungUp: Bool
        let calleeHungUp: Bool
        /// The CSeq numbers of our last requests: those of the BYEs among them.
        let callerSequence: UInt32
        let calleeSequence: UInt32
        /// Why the call ended.
        let failure: Failure

        init(_ reader: inout WireReader) throws(WireError) {
            callerHungUp = try reader.flag()
            calleeHungUp = try reader.flag()
            callerSequence = try reader.number()
            calleeSequence = try reader.number()
            failure = Failure(
                status: try reader.number(), cause: Q850Cause(try reader.number()),
                diagnostic: DiagnosticCode(raw: try reader.number()), detail: try reader.text())
        }
    }
}

extension CallRecord.Talk {
    init(_ reader: inout WireReader) throws(WireError) {
        handle = try reader.number()
        answeredAt = try reader.number()
        sentTo = try reader.text()
        attempt = Int(try reader.number(UInt8.self))
        guard attempt > 0, attempt < 32 else { throw WireError(offset: 0, "\(attempt) is no number of an attempt") }
        callerHost = try reader.address()
        calleeHost = try reader.address()
        media = try reader.optional { reader throws(WireError) in
            guard let first = MediaParty(rawValue: try reader.number()) else { throw WireError(offset: 0, "no party") }
            return CallRecord.Media(
                firstOfferer: first, watched: try reader.number(), isHeld: try reader.flag())
        }
        caller = try CallRecord.Party(&reader)
        callee = try CallRecord.Party(&reader)
        states = try reader.list { reader throws(WireError) in
            CallRecord.State(
                instance: try reader.text(), build: try reader.text(), state: PluginState(record: try reader.array()))
        }
        leavers = try reader.list { reader throws(WireError) in try CallRecord.Party(&reader) }
    }
}

extension CallRecord.Party {
    init(_ reader: inout WireReader) throws(WireError) {
        trunk = try reader.text()
        transport = try reader.number()
        remote = Endpoint(address: try reader.address(), port: try reader.number())
        acknowledged = try reader.optional { reader throws(WireError) in try reader.number() }
        unacknowledged = try reader.optional { reader throws(WireError) in try reader.number() }
        answer = try reader.optional { reader throws(WireError) in try CallRecord.Answer(&reader) }
        invite = try reader.optional { reader throws(WireError) in
            Leg.OpenInvite(cseq: try reader.number(), offers: try reader.flag())
        }
        requests = try reader.list { reader throws(WireError) in try CallRecord.Request(&reader) }
        isOver = try reader.flag()
        session = try CallRecord.Session(&reader)
        dialog = try reader.array()
    }
}

extension CallRecord.Session {
    init(_ reader: inout WireReader) throws(WireError) {
        timer = try reader.optional { reader throws(WireError) in
            (try reader.number(), try reader.flag(), try reader.number())
        }
        minimum = try reader.number()
        allowsUpdate = try reader.optional { reader throws(WireError) in try reader.flag() }
        description = try reader.array()
    }
}

extension CallRecord.Request {
    init(_ reader: inout WireReader) throws(WireError) {
        transport = try reader.number()
        remote = Endpoint(address: try reader.address(), port: try reader.number())
        bytes = try reader.array()
    }
}

extension CallRecord.Answer {
    init(_ reader: inout WireReader) throws(WireError) {
        cseq = try reader.number()
        relaysAcknowledgement = try reader.flag()
        transport = try reader.number()
        remote = Endpoint(address: try reader.address(), port: try reader.number())
        bytes = try reader.array()
    }
}

/// What is added to the record of an answered call.
enum CallNote: UInt8 {
    /// It is ending.
    case ending = 1
    /// The caller has acknowledged our 2xx.
    case callerAcknowledged
    /// The callee has acknowledged our 2xx to its re-INVITE.
    case calleeAcknowledged
}

extension WireReader {
    fileprivate mutating func address() throws(WireError) -> IPAddress {
        let isIPv6 = try flag()
        let (high, low, scope) = (try number(UInt64.self), try number(UInt64.self), try number(UInt32.self))
        return isIPv6
            ? IPAddress(ipv6High: high, low: low, scope: scope) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
    }
}
