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

    /// State read from a journal.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}
