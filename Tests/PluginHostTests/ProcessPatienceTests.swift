import Glibc
import Spawning
import Testing

@testable import PluginHost

@Suite("How long a late process is waited for")
struct ProcessPatienceTests {
    /// A shell that runs a command, at one core, until the test is over.
    private final class Shell {
        let pid: pid_t

        init(_ command: String) throws {
            pid = try Spawning.start(
                "/bin/sh", ["-c", "exec taskset -c 0 \(command)"], environment: ["PATH=/usr/bin:/bin"], descriptors: [])
            usleep(100_000)
        }

        deinit {
            kill(-pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    private static let spinning = "sh -c 'while :; do :; done'"

    /// How many steps it is waited for a process that never answers.
    private func steps(for process: pid_t) -> Int {
        var steps = 0
        let arrival = ProcessPatience(process: process).prolong { nanoseconds in
            steps += 1
            usleep(UInt32(nanoseconds / 1_000))
            return .late
        }
        if case .late = arrival { return steps }
        return -1
    }

    @Test("Who sleeps, is stopped or has gone is not waited for")
    func asleep() throws {
        let sleeping = try Shell("sleep 100")
        #expect(steps(for: sleeping.pid) == 0)
        let stopped = try Shell(Self.spinning)
        kill(stopped.pid, SIGSTOP)
        while TaskState.isAnyRunnable(of: stopped.pid) { usleep(1_000) }
        #expect(steps(for: stopped.pid) == 0)
        #expect(steps(for: 0x7FFF_FFFF) == 0)
    }

    @Test("Who hardly gets a core is waited for to the limit, and an answer meanwhile counts")
    func starved() throws {
        let hungry = try Shell(Self.spinning)
        let starved = try Shell("chrt --idle 0 \(Self.spinning)")
        defer { withExtendedLifetime(hungry) {} }
        #expect(steps(for: starved.pid) == ProcessPatience.stepsMost)
        var steps = 0
        let arrival = ProcessPatience(process: starved.pid).prolong { nanoseconds in
            steps += 1
            usleep(UInt32(nanoseconds / 1_000))
            return steps == 3 ? .turn : .late
        }
        guard case .turn = arrival else {
            Issue.record("\(arrival) after \(steps) steps")
            return
        }
    }

    @Test("Who has a core and says nothing is waited for no longer")
    func looping() throws {
        let looping = try Shell("\(Self.spinning)")
        // A machine whose cores are all taken gives it less now and then.
        #expect((0..<20).contains { _ in steps(for: looping.pid) == 1 })
    }
}
