import CallControl
import SIPTransaction
import SIPTransport
import TandemKit

/// What one shard, or the control socket's thread, leaves in another shard's mailbox.
enum ShardMessage: Sendable {
    /// A SIP message of a call that lives there, received here.
    case received([UInt8], Flow)
    /// Bytes for a connection that lives there; `transaction` and `sender` say who is told when they can't be sent.
    case send([UInt8], Flow, transaction: UInt64, sender: UInt8)
    /// Bytes that this shard had others send were not sent.
    case notSent(TransportFailure, transaction: UInt64)
    /// A connection that lives there, and carried messages of calls here, has failed.
    case failed(TransportFailure, Flow)
    /// What was found for a call that waits there.
    case found(Finding, LookUpTicket)
    /// Work on the shard's thread.
    case run(@Sendable (SignallingShard) -> Void)
}
