import Glibc
import Testing
import Timing

@testable import ShardLoop

struct ShardLoopTests {
    let loop: ShardLoop
    let recorder = Recorder()

    init() throws { loop = try ShardLoop(waker: LoopWaker()) }

    /// Runs a batch that doesn't sleep.
    private func runAwake() {
        loop.waker.willSleep()
        loop.waker.wake()
        loop.runBatch()
    }

    @Test("A ready descriptor's handler is called with its context, again while bytes are left")
    func levelTriggered() throws {
        let pipe = Pipe()
        _ = try loop.watch(pipe.reader, for: .read, handler: recorder, context: 42)
        pipe.put()
        loop.runBatch()
        loop.runBatch()
        #expect(recorder.contexts == [42, 42])
        pipe.take()
        runAwake()
        #expect(recorder.contexts.count == 2)
    }

    @Test("A batch goes: descriptors, mail, timers, drain")
    func orderInBatch() throws {
        let pipe = Pipe()
        loop.add(recorder)
        _ = try loop.watch(pipe.reader, for: .read, handler: recorder)
        pipe.put()
        recorder.hasMail = true
        recorder.nextDeadline = MonotonicClock.now()
        loop.runBatch()
        #expect(recorder.steps == ["ready", "mail", "timers", "drain"])
    }

    @Test("The crowd gets its ready descriptors in one call, before the handlers of others")
    func crowdInBatch() throws {
        let pipes = [Pipe(), Pipe(), Pipe()]
        loop.setCrowd(recorder)
        _ = try loop.watch(pipes[0].reader, for: .read, handler: recorder, context: 42)
        #expect(loop.watchInCrowd(pipes[1].reader, number: 0))
        #expect(loop.watchInCrowd(pipes[2].reader, number: .max))
        for pipe in pipes { pipe.put() }
        loop.runBatch()
        #expect(recorder.crowds.map(Set.init) == [[0, .max]])
        #expect(recorder.steps == ["crowd", "ready"])
        pipes[1].take()
        pipes[2].take()
        loop.runBatch()
        #expect(recorder.steps == ["crowd", "ready", "ready"], "A batch without the crowd's calls it not at all")
    }

    @Test("A crowd's descriptor that the kernel doesn't watch is told")
    func crowdRefused() {
        loop.setCrowd(recorder)
        #expect(!loop.watchInCrowd(-1, number: 0))
    }

    /// Watches one ready pipe each with the contexts 0 and 1.
    private func watchTwo() throws -> (pipes: [Pipe], watches: [Watch]) {
        let pipes = [Pipe(), Pipe()]
        var watches: [Watch] = []
        for (index, pipe) in pipes.enumerated() {
            watches.append(try loop.watch(pipe.reader, for: .read, handler: recorder, context: UInt64(index)))
            pipe.put()
        }
        return (pipes, watches)
    }

    @Test("A descriptor that is unwatched by another handler of the batch is not handled any more")
    func unwatchInBatch() throws {
        let (pipes, watches) = try watchTwo()
        recorder.onReady = { [loop] context in loop.unwatch(watches[1 - Int(context)]) }
        loop.runBatch()
        #expect(recorder.contexts.count == 1)
        #expect(loop.watchCount == 1)
        withExtendedLifetime(pipes) {}
    }

    @Test("A descriptor that takes the place of an unwatched one in the same batch gets none of its readiness")
    func staleReadiness() throws {
        let (pipes, watches) = try watchTwo()
        let third = Pipe()
        recorder.onReady = { [loop, unowned recorder] context in
            guard context < 2 else { return }
            loop.unwatch(watches[1 - Int(context)])
            #expect(throws: Never.self) {
                _ = try loop.watch(third.reader, for: .read, handler: recorder, context: 7)
            }
        }
        loop.runBatch()
        #expect(recorder.contexts.count == 1)
        #expect(loop.watchCount == 2)
        recorder.onReady = { _ in }
        third.put()
        loop.runBatch()
        #expect(recorder.contexts.contains(7))
        withExtendedLifetime(pipes) {}
    }

    @Test("What a descriptor is watched for can be changed")
    func change() throws {
        let pipe = Pipe()
        let watch = try loop.watch(pipe.writer, for: [], handler: recorder, context: 5)
        runAwake()
        #expect(recorder.contexts.isEmpty)
        loop.change(watch, to: .write)
        loop.runBatch()
        #expect(recorder.contexts == [5])
    }

    @Test("The loop sleeps until a member's deadline, and not less")
    func deadline() {
        loop.add(recorder)
        let deadline = MonotonicClock.now() + .milliseconds(20)
        recorder.nextDeadline = deadline
        var fired: Timestamp?
        recorder.onTimers = { [loop] now in
            fired = now
            loop.waker.stop()
        }
        loop.run()
        #expect(fired.map { $0 >= deadline } == true)
        #expect(loop.batchCount <= 2)
    }

    @Test("Mail that was posted before the loop sleeps is taken without a sleep")
    func mailBeforeSleep() {
        loop.add(recorder)
        recorder.hasMail = true
        loop.runBatch()
        #expect(recorder.steps == ["mail", "drain"])
    }

    @Test("A loop that was stopped before it ran returns at once")
    func stoppedBefore() {
        loop.waker.stop()
        loop.run()
        #expect(loop.batchCount == 0)
    }

    @Test("A sleeping loop is stopped from another thread")
    func stopFromThread() throws {
        let waker = loop.waker
        let thread = try ShardThread(name: "stopper") { waker.stop() }
        loop.run()
        thread.join()
        #expect(waker.isStopped)
    }

    @Test("A descriptor that can't be watched gives an error that says so, and leaves nothing behind")
    func watchError() throws {
        let error = #expect(throws: LoopError.self) {
            _ = try loop.watch(-1, for: .read, handler: recorder)
        }
        #expect(error?.description == "cannot watch a file descriptor: Bad file descriptor")
        #expect(loop.watchCount == 0)
    }

    @Test("An error that the operator can mend says how")
    func remedy() {
        #expect(LoopError(operation: .createSet, code: EMFILE).description.contains("raise the limit of open files"))
    }

    @Test("A thread has its name, cut to what the kernel keeps")
    func threadName() throws {
        let names = Mailbox<String>(waker: loop.waker)
        let thread = try ShardThread(name: "shard-with-a-long-name") {
            var text = ""
            if let file = fopen("/proc/thread-self/comm", "r") {
                while case let byte = fgetc(file), byte > 32 { text.append(Character(UnicodeScalar(UInt8(byte)))) }
                fclose(file)
            }
            _ = names.post(text)
        }
        thread.join()
        var batch: [String] = []
        names.take(into: &batch)
        #expect(batch == ["shard-with-a-lo"])
    }
}
