import Glibc
import Testing

@testable import PluginHost

@Suite struct ChildProcessTests {
    private func run(_ script: String, deadline: Int = 30) -> (
        ending: ChildProcess.Ending, output: String, errors: String
    ) {
        let result = ChildProcess(executable: "/bin/sh", arguments: ["-c", script], outputLimit: 10_000)
            .run(deadline: deadline)
        return (
            result.ending, String(decoding: result.output, as: UTF8.self),
            String(decoding: result.errors, as: UTF8.self)
        )
    }

    @Test("hands back what the program wrote and its exit code")
    func runs() {
        let result = run("echo out; echo err >&2; exit 3")
        #expect(result.ending == .exited(3))
        #expect(result.output == "out\n")
        #expect(result.errors == "err\n")
    }

    @Test("a program that dies by a signal has crashed")
    func crash() {
        #expect(run("kill -SEGV $$").ending == .signalled(SIGSEGV))
    }

    @Test("a program that is still running at the deadline is ended, also when it closed its output")
    func deadline() {
        #expect(run("sleep 60", deadline: 1).ending == .timedOut)
        #expect(run("exec >&- 2>&-; sleep 60", deadline: 1).ending == .timedOut)
    }

    @Test("what the program started itself does not hold us beyond the deadline")
    func grandchild() {
        #expect(run("sleep 60 & exit 0", deadline: 1).ending == .timedOut)
    }

    @Test("a program that writes without end is ended")
    func flood() {
        #expect(run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done").ending == .flooded)
    }

    @Test("of a flood of errors only the beginning is kept")
    func errorFlood() {
        let result = run("head -c 1000000 /dev/zero >&2; echo done")
        #expect(result.ending == .exited(0))
        #expect(result.output == "done\n")
        #expect(result.errors.utf8.count == ChildProcess.errorLimit)
    }

    @Test("a program that is not there is told as such")
    func missing() {
        let child = ChildProcess(executable: "/nonexistent/program", arguments: [], outputLimit: 10)
        #expect(child.run(deadline: 5).ending == .notStarted(ENOENT))
    }

    @Test("the program sees none of our environment")
    func environment() {
        setenv("TANDEM_TEST_SECRET", "hunter2", 1)
        #expect(!run("env").output.contains("hunter2"))
    }

    @Test("the program gets none of our descriptors")
    func descriptors() {
        #expect(run("ls /proc/self/fd").output == "0\n1\n2\n3\n", "3 is the listing's own")
    }
}
