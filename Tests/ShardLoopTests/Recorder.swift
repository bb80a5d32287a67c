import CLinux
import Glibc
import ShardLoop
import Timing

/// Notes what the loop asks of it.
final class Recorder: DescriptorHandler, DescriptorCrowd, LoopMember {
    var steps: [String] = []
    var contexts: [UInt64] = []
    var crowds: [[UInt32]] = []
    var nextDeadline: Timestamp?
    var hasMail = false
    var onReady: (UInt64) -> Void = { _ in }
    var onTimers: (Timestamp) -> Void = { _ in }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        steps.append("ready")
        contexts.append(context)
        onReady(context)
    }

    func ready(_ events: UnsafeBufferPointer<epoll_event>, now: Timestamp) {
        steps.append("crowd")
        crowds.append(events.compactMap(CrowdEvent.number))
    }

    func receiveMail(now: Timestamp) {
        if hasMail { steps.append("mail") }
        hasMail = false
    }

    func fireTimers(now: Timestamp) {
        if let deadline = nextDeadline, deadline <= now {
            steps.append("timers")
            nextDeadline = nil
            onTimers(now)
        }
    }

    func didDrain(now: Timestamp) { steps.append("drain") }
}

/// Two descriptors: what is written to one can be read from the other.
final class Pipe {
    let reader: Int32
    let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    func put() { write(writer, "x", 1) }

    func take() {
        var byte: UInt8 = 0
        read(reader, &byte, 1)
    }
}
