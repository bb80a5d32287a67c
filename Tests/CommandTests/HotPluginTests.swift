import BuiltPlugin
import Foundation
import Glibc
import Testing

@Suite("Plugins that change under live calls")
struct HotPluginTests {
    @Test("A changed file takes new calls; a call in progress ends on the generation that it began with")
    func changed() throws {
        let bench = try HotBench()
        let old = try bench.call("old")
        #expect(old.invite.build == "1")
        let log = try bench.swap(to: "adapter-build-2")
        #expect(log.contains(" generation=2 instances=acme plugin=FixtureAdapter took="), "\(log)")
        #expect(log.contains("ms version=2\n") && log.contains(" build="))
        let new = try bench.call("new")
        #expect(new.invite.build == "2")
        #expect(try bench.generations() == ["1 draining 1", "2 serving 1"])
        #expect(try bench.hangUp(old).build == "1")
        #expect(try bench.hangUp(new).build == "2")
    }
}
