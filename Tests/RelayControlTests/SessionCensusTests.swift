import RelayControl
import Testing

@Suite struct SessionCensusTests {
    /// Has a session made.
    private func make(_ name: String, in census: SessionCensus) -> Int {
        let thread = census.place(name)
        census.settle(name, isPresent: true)
        return thread
    }

    @Test("sessions fill a thread before the next, then go where fewest are")
    func fill() {
        let census = SessionCensus(threads: 3, sessionsPerThread: 2)
        let threads = (0..<9).map { make("\($0)", in: census) }
        #expect(threads == [0, 0, 1, 1, 2, 2, 0, 1, 2])
        census.forget("3")
        #expect(make("new", in: census) == 1)
        #expect(census.count == 9)
        #expect(Set(census.names(limit: 100)) == ["0", "1", "2", "4", "5", "6", "7", "8", "new"])
    }

    @Test("a busy thread gets no new session while another has room; what it has stays")
    func busy() {
        let census = SessionCensus(threads: 2, sessionsPerThread: 10)
        #expect(make("one", in: census) == 0)
        census.note(share: 0.9, of: 0)
        #expect(make("two", in: census) == 1)
        #expect(census.place("one") == 0)
        census.note(share: 0.9, of: 1)
        census.settle("one", isPresent: true)
        #expect(make("three", in: census) == 0)
        #expect(make("four", in: census) == 1, "all are busy: the one with fewest")
    }

    @Test("a name stays with its thread while a command for it waits, session or not")
    func waiting() {
        let census = SessionCensus(threads: 2, sessionsPerThread: 1)
        #expect(census.place("x") == 0)
        #expect(census.place("x") == 0)
        census.settle("x", isPresent: false)
        #expect(make("other", in: census) == 1)
        #expect(census.place("x") == 0, "the second command still waits there")
        census.settle("x", isPresent: true)
        census.withdraw("x")
        #expect(census.place("x") == 0)
        census.settle("x", isPresent: false)
        #expect(census.count == 1)
        census.forget("other")
        census.forget("nobody")
        #expect(census.count == 0)
        #expect(census.place("x") == 0, "nothing is left of either")
    }

    @Test("names that no session ever had leave nothing behind")
    func invented() {
        let census = SessionCensus(threads: 2, sessionsPerThread: 1)
        for number in 0..<1_000 {
            #expect(census.place("\(number)") == 0)
            if number % 2 == 0 { census.withdraw("\(number)") } else { census.settle("\(number)", isPresent: false) }
        }
        #expect(census.names(limit: 10).isEmpty)
        #expect(make("real", in: census) == 0)
    }
}
