import CallControl
import RelayControl

/// Finds the sessions at the relay that belong to calls of this shard that are gone: those that a process before has left
/// ringing, or ended without its successor knowing. Each thread of the relay is asked for its sessions, once.
struct RelayOrphans {
    private var knowsThreads = false

    /// The first thing to ask.
    var question: RelayCommand { .status(thread: 0) }

    /// What a reply leads to: further questions, and the sessions that `isOrphan` picks.
    mutating func take(_ reply: RelayReply, isOrphan: (String) -> Bool) -> [RelayCommand] {
        switch reply {
        case .status(let status):
            let lists = (0..<status.listParts).map {
                RelayCommand.list(thread: status.thread, part: $0, of: status.listParts)
            }
            guard !knowsThreads else { return lists }
            knowsThreads = true
            return lists + (0..<status.threads).dropFirst().map { RelayCommand.status(thread: $0) }
        case .sessions(let names): return names.filter(isOrphan).map { RelayCommand.delete(session: $0) }
        default: return []
        }
    }
}
