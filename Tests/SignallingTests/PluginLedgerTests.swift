import BuiltPlugin
import Foundation
import PluginHost
import Testing
import Timing

@testable import Signalling

@Suite("What has become of the files of the plugin folder")
struct PluginLedgerTests {
    private let now = Timestamp(nanoseconds: 1)
    private let folder = NSTemporaryDirectory() + "tandem-\(UUID().uuidString.prefix(13))"
    private let host: PluginHost
    private let file: String

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/plugins", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        host = try PluginHost(
            privateFolder: folder + "/private", inspector: PluginInspector(executable: BuiltPlugin.folder + "/tandem"))
        file = folder + "/plugins/libFixture.so"
    }

    /// A build of the fixture as it was loaded from the file.
    private func build(_ number: Int) throws -> [LoadedPlugin] {
        try Data(BuiltPlugin.fixture("adapter-build-\(number)").bytes).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o644)
        return host.load(files: [file], beside: [:]).plugins
    }

    /// A ledger in which these builds have served, one after the other.
    private func ledger(_ builds: [LoadedPlugin]...) -> PluginLedger {
        var ledger = PluginLedger(PluginSet(plugins: builds[0]), at: now)
        for build in builds.dropFirst() { ledger.serve(file, build, at: now) }
        return ledger
    }

    @Test("What serves already is known, and another build is new")
    func judges() throws {
        let (one, two) = (try build(1), try build(2))
        var ledger = ledger(one)
        #expect(ledger.judge(file, one) == .known)
        #expect(ledger.judge(file, two) == .new)
        #expect(ledger.judge(folder + "/plugins/libOther.so", two) == .new)
    }

    @Test("Rolled back, the build in the file is not taken, and the one before serves")
    func rollsBack() throws {
        let (one, two) = (try build(1), try build(2))
        var ledger = ledger(one, two)
        let before = try ledger.before("FixtureAdapter")
        #expect(before.file == file && before.build.hash == one[0].hash)
        ledger.rollBack(file, at: now)
        #expect(ledger.judge(file, two) == .rolledBack)
        #expect(ledger.rolledBack(in: file) == two[0].hash && ledger.rolledBack == [two[0].serial])
        #expect(ledger.difference == nil)
    }

    @Test("Rolled back twice, it is still the build in the file that is not taken")
    func twice() throws {
        let (one, two, three) = (try build(1), try build(2), try build(3))
        var ledger = ledger(one, two, three)
        ledger.rollBack(file, at: now)
        ledger.rollBack(file, at: now)
        #expect(ledger.judge(file, three) == .rolledBack)
        #expect(ledger.held(by: file) == three[0].hash)
        #expect(throws: PluginLedger.RollbackError.first) { try ledger.before("FixtureAdapter") }
        #expect(ledger.judge(file, two) == .new)
        #expect(ledger.rolledBack(in: file) == nil)
    }

    @Test("A file that was removed and comes back counts, rolled back or not")
    func returns() throws {
        let (one, two) = (try build(1), try build(2))
        var ledger = ledger(one, two)
        ledger.rollBack(file, at: now)
        let gone = ledger.remove(file)
        #expect(gone.map(\.serial) == [one[0].serial])
        #expect(throws: PluginLedger.RollbackError.gone) { try ledger.before("FixtureAdapter") }
        #expect(ledger.difference == "\(file) is gone")
        #expect(ledger.judge(file, two) == .new)
    }

    @Test("What was rolled back before the start is so afterwards")
    func restarted() throws {
        let (one, two) = (try build(1), try build(2))
        #expect(host.rollbacks.note(file, left: two[0].hash, kept: one[0].hash))
        let next = try PluginHost(
            privateFolder: folder + "/private", inspector: PluginInspector(executable: BuiltPlugin.folder + "/tandem"))
        let set = try next.load(folder: folder + "/plugins")
        #expect(set.plugins.map(\.hash) == [one[0].hash] && next.buildCount == 1)
        #expect(set.rolledBack == [RolledBackFile(file: file, left: two[0].hash, kept: one[0].hash)])
        var ledger = PluginLedger(set, at: now)
        #expect(ledger.rolledBack(in: file) == two[0].hash)
        #expect(ledger.judge(file, two) == .rolledBack)
        #expect(next.load(files: [file], beside: [:]).plugins.isEmpty)
    }

    @Test("Builds that are here and don't serve are retained; a refusal says once why")
    func retains() throws {
        let (one, two) = (try build(1), try build(2))
        var ledger = ledger(one, two)
        #expect(ledger.retainedCount == 1)
        let refusal = PluginFileRefusal(file: file, code: .notLoaded, cause: "is a test", remedy: "go on")
        let (first, second) = (ledger.refuse(refusal, one), ledger.refuse(refusal, one))
        #expect(first && !second)
        #expect(ledger.refusals == [refusal] && ledger.refused.keys.sorted() == [one[0].serial])
    }
}
