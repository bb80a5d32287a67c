/// Whose packets a media port takes for its party's. Who is let in also decides where the party's media are sent.
@frozen public enum LatchPolicy: UInt8, Hashable, Sendable, CaseIterable {
    /// Only those of the signalled address and port.
    case strict
    /// Those of the signalled address, or of the address that the party's signalling comes from, at any port: the peer
    /// behind a NAT whose signalling and media share it. The default.
    case known
    /// Those of any address that proves itself by consecutive packets of one stream while nobody better shows up.
    case any
}
