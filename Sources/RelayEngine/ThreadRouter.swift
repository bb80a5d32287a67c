import RelayControl
import ShardLoop
import Timing

/// Brings what was read on the first thread to the thread that has its session.
struct ThreadRouter {
    private let own: RelayThread
    private let mailboxes: [Mailbox<ThreadMessage>]

    /// `own` is the first of the mailboxes' threads.
    init(own: RelayThread, mailboxes: [Mailbox<ThreadMessage>]) {
        self.own = own
        self.mailboxes = mailboxes
    }

    /// Threads of the relay.
    var threads: Range<Int> { mailboxes.indices }

    /// The thread of a session.
    func thread(of session: String) -> Int { SessionHash.thread(of: session, among: mailboxes.count) }

    /// Carries a message out, or leaves it for its thread; false when too many wait there.
    func deliver(_ message: ThreadMessage, to thread: Int, now: Timestamp) -> Bool {
        guard thread == 0 else { return mailboxes[thread].post(message) }
        own.receive(message, now: now)
        return true
    }
}
