public import TandemKit
public import Timing

/// Look-ups, as the shell does them for the engine.
extension CallEngine {
    /// Whether something is to be looked up.
    public var hasLookUpCommands: Bool { !lookUpCommands.isEmpty }

    /// Takes what is to be looked up, in order.
    public func takeLookUpCommands() -> [LookUpCommand] {
        guard !lookUpCommands.isEmpty else { return [] }
        defer { lookUpCommands.removeAll(keepingCapacity: true) }
        return lookUpCommands
    }

    /// What was found. Nothing happens when nobody waits for it any more.
    public func receive(_ finding: Finding, for ticket: LookUpTicket, at now: Timestamp) {
        begin(at: now)
        if ticket.isProxied {
            proxied[ticket.handle]?.received(finding, ticket.serial)
        } else {
            calls[ticket.handle]?.received(finding, ticket.serial)
        }
        readEvents()
        traceOutput()
    }

    /// Asks the shell for what a plan has to know.
    ///
    /// - Parameter kind: The timer that says that the time is over.
    func await(_ lookUp: LookUp, for planner: CallPlanner, _ kind: OwnerKind, _ handle: UInt64) -> PlanWait {
        lookUpSerial += 1
        counters.lookUps &+= 1
        let wait = PlanWait(planner: planner, lookUp: lookUp, serial: lookUpSerial, since: now)
        let (seconds, attoseconds) = lookUp.deadline.components
        let time = TimeInterval(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
        setTimer(&wait.timer, kind, handle, after: time)
        let ticket = LookUpTicket(handle: handle, isProxied: kind == .proxiedLookUpTimer, serial: lookUpSerial)
        lookUpCommands.append(LookUpCommand(ticket: ticket, lookUp: lookUp, time: time))
        return wait
    }

    /// The planner with what was found for it.
    func planner(of wait: PlanWait, with finding: Finding, _ plan: inout CallPlan) -> CallPlanner {
        stopTimer(&wait.timer)
        if finding.failure != nil { counters.failedLookUps &+= 1 }
        let milliseconds = (now.nanoseconds - wait.since.nanoseconds) / 1_000_000
        wait.planner.take(finding, for: wait.lookUp, note: "\(milliseconds) ms", &plan)
        return wait.planner
    }

    /// Counts a plan that its plugins' look-ups have brought to nothing.
    func count(_ failure: Failure?) {
        if failure?.diagnostic == .lookUpRefused { counters.refusedLookUps &+= 1 }
    }

    /// Nobody waits any more.
    func dismiss(_ wait: inout PlanWait?) {
        guard let waiting = wait else { return }
        stopTimer(&waiting.timer)
        wait = nil
    }
}

extension PlanWait {
    /// What a call goes on with when nothing was found in time.
    var timeOut: Finding {
        .failed(LookUpFailure(.timedOut, "\(lookUp.source) has not answered within \(lookUp.deadline)"))
    }
}
