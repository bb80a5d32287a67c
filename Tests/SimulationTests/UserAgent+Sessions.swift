import TandemKit
import Timing

/// Session timers: an agent refreshes, is refreshed, or forgets it.
extension UserAgent {
    /// The session of a dialog has a timer from now on: as the last 2xx says, seen from who sent the request.
    func beginSession(_ dialog: AgentDialog, _ value: String?, isSender: Bool) {
        dialog.sessionSerial += 1
        guard habits.session != .none, let value else { return }
        let refresher = value.contains("refresher=uas") ? "uas" : "uac"
        if (refresher == "uac") == isSender {
            habits.session == .refreshes ? refreshLater(dialog) : expectEnd(dialog)
        } else {
            expectRefresh(dialog)
        }
    }

    /// The session ends here; what is watched of it is watched no more.
    func endSession(_ dialog: AgentDialog) { dialog.sessionSerial += 1 }

    private func refreshLater(_ dialog: AgentDialog) {
        after(AgentHabits.interval / 2, dialog) { agent in
            var request = agent.makeRequest("UPDATE", dialog)
            request.fields += [("Supported", "timer"), ("Session-Expires", "\(AgentHabits.interval);refresher=uac")]
            agent.send(request, to: agent.nextHop(dialog)) { [weak agent] response in
                guard let agent, response.status >= 200, !dialog.isOver else { return }
                if response.status < 300 {
                    agent.beginSession(dialog, response["Session-Expires"], isSender: true)
                } else if response.status == 481 || response.status == 408 {
                    agent.hangUp(dialog)
                }
            }
        }
    }

    /// Tandem has promised to refresh.
    private func expectRefresh(_ dialog: AgentDialog) {
        after(AgentHabits.interval, dialog) { agent in
            if agent.isCalm { agent.violation("a session was not refreshed that Tandem refreshes") }
        }
    }

    /// We have promised to refresh, and don't.
    private func expectEnd(_ dialog: AgentDialog) {
        // What comes back from a crash has the time of a transaction more; and BYE may be lost a few times.
        let most = AgentHabits.interval + (journal.crashCount > 0 ? 40 : 10)
        after(most, dialog) { agent in
            if agent.isCalm { agent.violation("a session goes on that nobody has refreshed") }
        }
    }

    private func after(_ seconds: Int, _ dialog: AgentDialog, _ body: @escaping (UserAgent) -> Void) {
        let serial = dialog.sessionSerial
        network.after(UInt64(seconds) * 1_000_000_000) { [weak self, weak dialog] in
            guard let self, let dialog, dialog.sessionSerial == serial, !dialog.isOver, !isDeaf, dialog.isConfirmed,
                dialogs[dialogKey(dialog.callID, dialog.localTag)] === dialog
            else { return }
            body(self)
        }
    }
}
