import CallControl
import TandemKit

/// What a session is called at the relay: `epoch-call-attempt-handle`, in hexadecimal figures.
struct RelaySessionName: Sendable {
    /// Tells this process's sessions from those of others. A process that takes up another's calls takes up this, too.
    let epoch: UInt64
    private let prefix: String

    init(epoch: UInt64) {
        self.epoch = epoch
        prefix = String(epoch, radix: 16)
    }

    func text(of session: MediaSession) -> String {
        let call = String(session.call.raw, radix: 16)
        return "\(prefix)-\(call)-\(session.attempt)-\(String(session.handle, radix: 16))"
    }

    /// The session of a name; nil when it isn't one of this process.
    func session(_ text: String) -> MediaSession? {
        let parts = text.split(separator: "-")
        guard parts.count == 4, parts[0] == prefix, let call = UInt64(parts[1], radix: 16), let attempt = Int(parts[2]),
            let handle = UInt64(parts[3], radix: 16)
        else { return nil }
        return MediaSession(call: CallNumber(raw: call), handle: handle, attempt: attempt)
    }
}
