import RelayControl
import Testing

@Suite struct SessionHashTests {
    @Test(
        "names that are counted up share the threads evenly", arguments: [2, 3, 8],
        ["bench-", "", "a-long-call-id@host-"])
    func even(threads: Int, prefix: String) {
        var counts = [Int](repeating: 0, count: threads)
        for number in 0..<3_000 { counts[SessionHash.thread(of: "\(prefix)\(number)", among: threads)] += 1 }
        let fair = 3_000 / threads
        #expect(counts.allSatisfy { abs($0 - fair) < fair / 4 }, "\(counts)")
    }
}
