import RelayControl
import ShardLoop
import Timing

/// Brings what was read on the first thread to the thread that has its session.
struct ThreadRouter {
    private let own: RelayThread
    private let mailboxes: [Mailbox<ThreadMessage>]
    private let census: SessionCensus

    /// `own` is the first of the mailboxes' threads.
    init(own: RelayThread, mailboxes: [Mailbox<ThreadMessage>], census: SessionCensus) {
        self.own = own
        self.mailboxes = mailboxes
        self.census = census
    }

    /// Threads of the relay.
    var threads: Range<Int> { mailboxes.indices }

    /// Carries a message about a session out, or leaves it for the session's thread; false when too many wait there.
    func deliver(_ message: ThreadMessage, about session: String, now: Timestamp) -> Bool {
        let isDelivered = deliver(message, to: census.place(session), now: now)
        if !isDelivered { census.withdraw(session) }
        return isDelivered
    }

    /// Carries a message out, or leaves it for its thread; false when too many wait there.
    func deliver(_ message: ThreadMessage, to thread: Int, now: Timestamp) -> Bool {
        guard thread == 0 else { return mailboxes[thread].post(message) }
        own.receive(message, now: now)
        return true
    }
}
