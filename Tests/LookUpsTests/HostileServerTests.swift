import Glibc
import LookUps
import TandemKit
import Testing
import Timing

/// One after the other, as each watches the memory of the whole process.
@Suite(.serialized) enum HostileSourceTests {}

extension HostileSourceTests {
    /// What a server can do to who asks it.
    @Suite struct HostileServerTests {
        nonisolated(unsafe) private static let server = Result { try HostileServer() }
        private let desk: LookUpDesk

        init() throws { desk = LookUpDesk([try Self.server.get().source()]) }

        /// What is found: in time, without memory, and the next look-up is as good as ever.
        private func find(_ lookUp: LookUp) -> Finding {
            let before = Self.peak()
            var found = Finding.rows([])
            let time = ContinuousClock().measure { found = desk.findAndWait(lookUp, within: .milliseconds(500)) }
            #expect(time < .seconds(2), "\(lookUp)")
            #expect(Self.peak() - before < 30 << 20, "\(lookUp): \((Self.peak() - before) >> 20) MiB")
            let next = desk.findAndWait(.http("lcr", path: "/good"), within: .seconds(5))
            #expect(next.http?.text == "good", "after \(lookUp): \(next)")
            return found
        }

        @Test(
            "An answer without an end has failed as soon as it is too long, whatever it is that doesn't end",
            arguments: [
                "/endless-headers", "/endless-folds", "/endless-line", "/endless-status", "/endless-hints",
                "/endless-body",
                "/endless-chunks", "/endless-trailers", "/long-header", "/transfer-bomb", "/switch",
            ])
        func tooLarge(path: String) {
            let found = find(.http("lcr", path: path))
            #expect(found.failure?.kind == .tooLarge, "\(found)")
        }

        @Test(
            "An answer byte by byte has failed at the deadline",
            arguments: ["/slow-body", "/slow-headers", "/endless-extension"])
        func tooLate(path: String) {
            let found = find(.http("lcr", path: path))
            #expect(found.failure?.kind == .timedOut, "\(found)")
        }

        @Test(
            "An answer that is none, or says that it is longer than it is, has failed",
            arguments: [
                "/endless-names", "/transfer-layers", "/chunk-negative", "/chunk-huge", "/chunk-most", "/chunk-none",
                "/length-more", "/length-negative", "/old", "/version", "/status-none", "/status-large", "/nothing",
                "/zero-bytes",
            ])
        func nonsense(path: String) {
            let found = find(.http("lcr", path: path))
            #expect(found.failure?.kind == .unreachable, "\(found)")
        }

        @Test("Nobody is followed elsewhere", arguments: ["/file", "/circle"])
        func redirected(path: String) { #expect(find(.http("lcr", path: path)).http?.status == 302) }

        @Test("What is packed stays so: the plugin gets what was sent")
        func packed() {
            let answer = find(.http("lcr", path: "/content-bomb")).http
            #expect(answer?.header("content-encoding") == "gzip" && answer?.body.prefix(2) == [0x1F, 0x8B])
        }

        @Test("An answer behind an answer is nobody's")
        func twoAnswers() { #expect(find(.http("lcr", path: "/two-answers")).http?.text == "ok") }

        @Test("An answer before the request is whole is one")
        func early() {
            let found = find(.http("lcr", method: "POST", path: "/early", body: Array(repeating: 65, count: 16_000)))
            #expect(found.http?.text == "early" || found.failure?.kind == .unreachable, "\(found)")
        }

        @Test("Bytes that are no text grow no answer beyond its bound")
        func wild() {
            let found = find(.http("lcr", path: "/wild-header"))
            #expect(found.failure?.kind == .tooLarge || found.byteCount <= Finding.byteCountMax, "\(found.byteCount)")
        }

        @Test("A server with many look-ups at once answers them all, over no more connections than it may have")
        func many() async throws {
            let source = try Self.server.get().source("many", limit: 256)
            let desk = LookUpDesk([source])
            let found = await withTaskGroup(of: Finding.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        await withCheckedContinuation { continuation in
                            let known = desk.find(.http("many", path: "/good"), within: .seconds(10)) {
                                continuation.resume(returning: $0)
                            }
                            if let known { continuation.resume(returning: known) }
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(found.count { $0.http?.text == "good" } == 1_000)
        }

        /// The most bytes of memory that this process ever had.
        private static func peak() -> Int {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        }
    }
}
