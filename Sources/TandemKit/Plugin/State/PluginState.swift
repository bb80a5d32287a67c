/// What an adapter keeps for one call, as bytes, with a little of the kit's own: the core keeps it beside the call and writes them to the journal.
public struct PluginState: Hashable, Sendable, Codable {
    /// The most bytes an adapter may keep for one call.
    public static var byteCountMax: Int { 4096 }

    /// Compact JSON; empty before the adapter wrote anything, and for ever when its `CallState` is `NoState`.
    public internal(set) var bytes: [UInt8]
    /// What the profile's SDP conversions remember between offer and answer.
    var sdp = SDPMemory()

    /// No state yet.
    public init() { bytes = [] }

    /// The state that was written down as `record`; a record that is none of ours gives no state.
    public init(record: [UInt8]) {
        bytes = []
        guard let read = SDPMemory.read(record) else { return }
        (sdp, bytes) = (read.memory, Array(record[read.end...]))
    }

    /// The state as it is written to the journal: what SDP conversions remember, then `bytes`.
    public var record: [UInt8] { sdp.record + bytes }
}
